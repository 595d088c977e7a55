import Domain
import Foundation
import Programs
import Providers
import Storage
import Synchronization
import TestSupport
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
private func aKey(_ byte: UInt8) -> SSHPublicKey {
    let blob: [UInt8] =
        [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 32] + [UInt8](repeating: byte, count: 32)
    return try! SSHPublicKey(line: "ssh-ed25519 " + Data(blob).base64EncodedString())
}

/// The real programs, against a real server.
@Suite(.serialized) struct `The outlet's one-time key` {
    @Test func `signs in to a real SSH server, sees its GPUs, and lets itself out for good`() async throws {
        let server = try RealServer(gpus: "NVIDIA H100 80GB HBM3, 81559\nNVIDIA H100 80GB HBM3, 81559\n")
        let key = OneTimeKey(label: "outlet-test-x-1", of: SecretKey([UInt8](repeating: 5, count: 32)))
        let renter = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ada"
        try server.authorize([renter, key.line])
        let probe = PodProbe.openSSH
        let keys = try await probe.hostKeys(server.endpoint)
        #expect(keys.map(\.fingerprint) == [server.fingerprint])
        let text = try await probe.run(server.endpoint, keys, key, PodScript.look)
        #expect(text.contains(PodScript.isIn), "\(text)")
        #expect(
            SeenGPU.all(in: text)
                == Array(repeating: SeenGPU(name: "NVIDIA H100 80GB HBM3", memory: 81_559), count: 2))
        let removal = try await probe.run(server.endpoint, keys, key, PodScript.forget(key))
        #expect(removal.contains(PodScript.isForgotten), "\(removal)")
        #expect(try server.authorizedKeys() == "\(renter)\n")
        let again = try await probe.run(server.endpoint, keys, key, PodScript.look)
        #expect(!again.contains(PodScript.isIn))
    }

    @Test func `is not shown to a server with another host key, nor to no server`() async throws {
        let server = try RealServer(gpus: "")
        let key = OneTimeKey(label: "outlet-test-x-1", of: SecretKey([UInt8](repeating: 5, count: 32)))
        try server.authorize([key.line])
        let other = aKey(8)
        let text = try await PodProbe.openSSH.run(server.endpoint, [other], key, PodScript.look)
        #expect(!text.contains(PodScript.isIn))
        let nowhere = Endpoint(
            host: "127.0.0.1", port: try FreePort.next(), user: "root", hostKeyFingerprint: nil)
        #expect(try await PodProbe.openSSH.hostKeys(nowhere).isEmpty)
    }
}

/// An sshd of this user's, whose home is a scratch folder with a program `nvidia-smi`.
private final class RealServer {
    let folder: ScratchFolder
    let endpoint: Endpoint
    let fingerprint: String
    private let process: RunningProcess

    init(gpus: String) throws {
        folder = try ScratchFolder()
        let home = folder["home"]
        try FileManager.default.createDirectory(
            atPath: home + "/.ssh", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try FileManager.default.createDirectory(atPath: home + "/bin", withIntermediateDirectories: true)
        _ = FileManager.default.createFile(
            atPath: home + "/bin/nvidia-smi",
            contents: Data("#!/bin/sh\nprintf '\(gpus.replacing("\n", with: "\\n"))'\n".utf8),
            attributes: [.posixPermissions: 0o755])
        let made = try TestSupport.Command.run(
            "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", folder["host"]])
        guard made.status == 0 else { throw TestFault("ssh-keygen: \(made)") }
        let line = try String(contentsOfFile: folder["host.pub"], encoding: .utf8)
        fingerprint = try SSHPublicKey(line: line).fingerprint
        let port = try FreePort.next()
        let config = """
            Port \(port)
            ListenAddress 127.0.0.1
            HostKey \(folder["host"])
            AuthorizedKeysFile \(home)/.ssh/authorized_keys
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            StrictModes no
            UsePAM no
            PidFile none
            SetEnv HOME=\(home) PATH=\(home)/bin:/usr/bin:/bin
            """
        try config.write(toFile: folder["config"], atomically: true, encoding: .utf8)
        try? FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        process = try RunningProcess(
            "/usr/sbin/sshd", ["-D", "-e", "-f", folder["config"]], output: folder["log"])
        endpoint = Endpoint(host: "127.0.0.1", port: port, user: NSUserName(), hostKeyFingerprint: nil)
        try waitForBanner()
    }

    private func waitForBanner() throws {
        for _ in 0..<1_000 {
            let answer = try TestSupport.Command.run(
                "/usr/bin/ssh-keyscan", ["-T", "1", "-p", "\(endpoint.port)", "127.0.0.1"])
            if !answer.output.isEmpty { return }
        }
        throw TestFault(
            (try? String(contentsOfFile: folder["log"], encoding: .utf8)) ?? "sshd does not start")
    }

    func authorize(_ lines: [String]) throws {
        let path = folder["home"] + "/.ssh/authorized_keys"
        try lines.map { $0 + "\n" }.joined().write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    func authorizedKeys() throws -> String {
        try String(contentsOfFile: folder["home"] + "/.ssh/authorized_keys", encoding: .utf8)
    }
}
