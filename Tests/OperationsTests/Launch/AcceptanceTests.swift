import Domain
import Foundation
import Programs
import Providers
import Synchronization
import Testing

@testable import Operations

@Suite(.serialized) struct `A pod is accepted` {
    private static let hostKey = aKey(7)
    private static let h100 = "NVIDIA H100 80GB HBM3, 81559\n"

    /// What a pod's server answers.
    private final class Server: Sendable {
        let answers: Mutex<[String]>
        let commands = Mutex<[String]>([])
        let hostKeys = Mutex<[SSHPublicKey]>([hostKey])

        init(_ answers: String...) { self.answers = Mutex(answers) }

        var probe: PodProbe {
            PodProbe(
                hostKeys: { [self] _ in hostKeys.withLock { $0 } },
                run: { [self] _, _, _, command in
                    commands.withLock { $0.append(command) }
                    return answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
                })
        }
    }

    private func outlet(_ check: GPUCheck, _ server: Server) async throws -> Outlet {
        let o = try await Outlet(wallet: 5_000)
        o.provider.set { $0.gpuCheck = check }
        try o.startMeter(probe: server.probe)
        await o.sell([
            .market("a", cents: 200, source: "m1"), .market("b", cents: 210, source: "m1"),
            .market("c", cents: 220, source: "m2"),
        ])
        return o
    }

    private let upTo300 = { (request: inout LaunchRequest) in
        request.maxPrice = HourlyRate(centsPerHour: 300)
    }

    @Test func `once its driver shows what was promised and the outlet's key is gone`() async throws {
        let server = Server(
            "ssh: connection refused", "\(PodScript.isIn)\nNVIDIA-SMI has failed\n",
            "\(PodScript.isIn)\n\(Self.h100)", "still there", "\(PodScript.isIn)\n\(Self.h100)",
            "\(PodScript.isForgotten)\n")
        let o = try await outlet(.login, server)
        let id = try o.launch()
        for _ in 0..<3 {
            try await o.meter.tick()
            if try o.rental(id).status == .running { break }
            #expect(try o.rental(id).status == .provisioning)
        }
        #expect(try o.rental(id).status == .running)
        #expect(try o.rental(id).hostKeyFingerprint == Self.hostKey.fingerprint)
        let key = OneTimeKey(label: o.label(id), of: o.context.environment.secretKey)
        #expect(o.provider.now.orders[0].lookKey?.line == key.line)
        #expect(o.provider.now.orders[0].authorizedKeys.count == 1, "the renter's alone")
        #expect(server.commands.withLock { $0.last!.contains(key.blob) })
        try o.verify()
    }

    @Test(arguments: [
        "NVIDIA A100-SXM4-80GB, 81920", "NVIDIA H100 NVL, 95830",
        "NVIDIA H100 80GB HBM3, 81559\nNVIDIA H100 80GB HBM3, 81559",
    ])
    func `never with other hardware: it goes, its machine is blocked, it costs nothing`(seen: String)
        async throws
    {
        let server = Server(
            "\(PodScript.isIn)\n\(seen)\n", "\(PodScript.isIn)\n\(Self.h100)", PodScript.isForgotten)
        let o = try await outlet(.login, server)
        let id = try await o.launched(upTo300)
        #expect(try o.context.attempts(of: id).map(\.outcome) == ["gone", "created"])
        #expect(try o.rental(id).price.centsPerHour == 220)
        #expect(o.provider.now.pods.keys.sorted() == [o.label(id, 2)])
        #expect(try o.listed() == ["c"])
        #expect(try o.events("provider.launch_refused").count == 1)
        #expect(try o.rental(id).totalCharged == .zero)
        o.pass(86_399)
        await o.meter.refreshCatalog()
        #expect(try o.listed() == ["c"])
        o.pass(1)
        await o.meter.refreshCatalog()
        #expect(try o.listed() == ["a", "b", "c"])
        try o.verify()
    }

    @Test func `never with another host key than the provider's`() async throws {
        let server = Server("")
        let o = try await outlet(.none, server)
        o.provider.set { $0.hostKeyFingerprint = "SHA256:" + String(repeating: "A", count: 43) }
        let id = try o.launch()
        try await o.meter.tick()
        #expect(try o.rental(id).status == .failed && o.provider.now.pods.isEmpty)
        #expect(try o.balance().available == Cents(5_000))
        #expect(server.commands.withLock { $0.isEmpty })
        try o.verify()
    }

    @Test func `with the provider's own host key, and not before its server shows one`() async throws {
        let server = Server("")
        server.hostKeys.withLock { $0 = [] }
        let o = try await outlet(.none, server)
        o.provider.set { $0.hostKeyFingerprint = Self.hostKey.fingerprint }
        let id = try o.launch()
        try await o.meter.tick()
        #expect(try o.rental(id).status == .provisioning)
        server.hostKeys.withLock { $0 = [Self.hostKey] }
        try await o.meter.tick()
        #expect(try o.rental(id).status == .running)
        #expect(o.provider.now.orders[0].lookKey == nil)
    }

    @Test func `of a machine upstream only once its boot script has given it its key`() async throws {
        let server = Server("\(PodScript.isIn)\n\(Self.h100)", PodScript.isForgotten)
        server.hostKeys.withLock { $0 = [aKey(9)] }
        let o = try await outlet(.login, server)
        o.provider.set { $0.hostKeyFingerprint = Self.hostKey.fingerprint }
        let id = try o.launch()
        try await o.meter.tick()
        #expect(try o.rental(id).status == .provisioning)
        #expect(server.commands.withLock { $0.isEmpty })  // The key is shown to nobody else.
        server.hostKeys.withLock { $0 = [aKey(9), Self.hostKey] }
        try await o.meter.tick()
        #expect(try o.rental(id).status == .running)
    }

    @Test func `by its engine, where that can look from outside`() async throws {
        let server = Server("")
        let o = try await outlet(.engine, server)
        o.provider.set { $0.gpus = [SeenGPU(name: "NVIDIA H100 PCIe", memory: 81_559)] }
        _ = try await o.launched()
        o.provider.set { $0.gpus = [] }
        let none = try o.launch()
        try await o.meter.tick()
        #expect(try o.rental(none).status == .failed)
        #expect(server.commands.withLock { $0.isEmpty })
        try o.verify()
    }

    @Test func `never on a machine of the operator's whose GPU is listed under the wrong family`()
        async throws
    {
        let o = try await outlet(.engine, Server(""))
        o.provider.set { $0.gpus = [SeenGPU(name: "NVIDIA A100-SXM4-80GB", memory: 81_920)] }
        var own = Offer.market("rack", cents: 200, source: "machine rack")
        own.isPriceSet = true
        await o.sell([own])
        let id = try o.launch()
        try await o.meter.tick()
        let rental = try o.rental(id)
        #expect(rental.status == .failed && rental.totalCharged == .zero)
        #expect(rental.error?.contains("NVIDIA A100-SXM4-80GB with 81920 MiB is there") == true)
        #expect(try o.balance().available == Cents(5_000))
        #expect(o.provider.now.pods.isEmpty)
        #expect(try o.listed().isEmpty)
        #expect(try o.events("provider.launch_refused").count == 1)
        o.pass(86_400)
        await o.meter.refreshCatalog()
        #expect(try o.listed() == ["rack"])
        try o.verify()
    }

    @Test(arguments: [true, false])
    func `by its engine also where ssh-keyscan is not installed`(isRight: Bool) async throws {
        let o = try await Outlet(wallet: 5_000)
        o.provider.set {
            $0.gpuCheck = .engine
            $0.gpus = isRight ? [SeenGPU(name: "NVIDIA H100 PCIe", memory: 81_559)] : []
            $0.hostKeyFingerprint = Self.hostKey.fingerprint
        }
        try o.startMeter(
            probe: PodProbe(
                hostKeys: { _ in throw SystemFault(operation: "ssh-keyscan", code: ENOENT) },
                run: { _, _, _, _ in "" }))
        await o.sell([.market("a", cents: 200)])
        let id = try o.launch()
        try await o.meter.tick()
        #expect(try o.rental(id).status == (isRight ? .running : .failed))
    }

    @Test func `without a look where no GPU was to be there`() async throws {
        let o = try await outlet(.engine, Server(""))
        o.provider.set { $0.gpus = nil }
        _ = try await o.launched()
    }
}

/// An Ed25519 key of the right shape; nobody has its other half.
func aKey(_ byte: UInt8) -> SSHPublicKey {
    let blob: [UInt8] =
        [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 32] + [UInt8](repeating: byte, count: 32)
    return try! SSHPublicKey(line: "ssh-ed25519 " + Data(blob).base64EncodedString())
}
