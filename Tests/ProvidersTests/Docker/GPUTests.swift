import Configuration
import Domain
import Foundation
import Operations
import Programs
import TestSupport
import Testing

@testable import Providers

extension DockerEngineTests {
    @Test func `each pod gets its own GPUs, and nobody gets those of another`() async throws {
        try FakeGPUs.show(FakeGPUs.all, in: bench.folder)
        let provider = try bench.provider(bench.settings(gpus: FakeGPUs.all))
        func free() async throws -> [Int] {
            try await provider.offers().filter { $0.family == "fake" }.map(\.free)
        }
        #expect(try await free() == [4, 2])
        let one = try await bench.pod(provider, bench.order("gpu-1", offer: "fake/Here/1"))
        let two = try await bench.pod(provider, bench.order("gpu-2", offer: "fake/Here/2"))
        func inside(_ endpoint: Endpoint) throws -> Set<String> {
            GPUInventory.listed(try bench.ssh(endpoint, "nvidia-smi -L").output)
        }
        let (first, second) = (try inside(one), try inside(two))
        #expect(first.count == 1 && second.count == 2 && first.isDisjoint(with: second))
        #expect(first.union(second).isSubset(of: FakeGPUs.all))
        #expect(try await free() == [1, 0])
        let labels = try await bench.client.container("outlet-test-gpu-1")?.Config?.Labels
        let devices = try #require(PodTags(labels)).devices
        #expect(devices == first.map { bench.engine.hasCDI ? "nvidia.com/gpu=" + $0 : $0 })
        let third = await provider.create(try bench.order("gpu-3", offer: "fake/Here/2"))
        guard case .refused(.noCapacity) = third else {
            Issue.record("\(third)")
            return
        }
        for name in ["gpu-1", "gpu-2"] {
            #expect(try await provider.terminate(label: "outlet-test-\(name)", upstreamID: nil) == .gone)
        }
        #expect(try await free() == [4, 2])
    }

    @Test func `a container with other GPUs than its own is destroyed before anybody has it`() async throws {
        try FakeGPUs.show(FakeGPUs.all, in: bench.folder)
        let provider = try bench.provider(bench.settings(gpus: FakeGPUs.all))
        for wrong in [FakeGPUs.all.joined(separator: ","), FakeGPUs.all[3], " "] {
            try FakeGPUs.lie(wrong, in: bench.folder)
            let creation = await provider.create(try bench.order("wrong", offer: "fake/Here/1"))
            guard case .refused(.transient(let words)) = creation else {
                Issue.record("\(wrong): \(creation)")
                continue
            }
            #expect(words.contains("its GPUs are not those"), "\(words)")
            #expect(try await provider.list(labelPrefix: "outlet-test-wrong").isEmpty)
            #expect(try provider.machine.leases.held(at: "rack").isEmpty)
        }
        try FakeGPUs.lie(nil, in: bench.folder)
    }

    @Test func `a GPU that is busy outside, missing or another outlet's is not sold`() async throws {
        // The fourth has fallen off the bus.
        try FakeGPUs.show(Array(FakeGPUs.all.dropLast()), in: bench.folder)
        try bench.folder.write("\(FakeGPUs.all[0]), 4711, /usr/bin/python3\n", to: "busy")
        let settings = try bench.settings(gpus: FakeGPUs.all)
        let theirs = DockerProvider(
            machine: DockerMachine(
                settings: settings, client: bench.client, hostKeys: HostKeys(secretKeyPath: ""),
                leases: try OtherOutlet().leases,
                ownPrefix: "outlet-other-", logger: .init(label: "test"),
                nvidiaSMI: bench.folder["nvidia-smi"]))
        let key = try String(contentsOfFile: bench.folder["key.pub"], encoding: .utf8).trimmed
        let order = PodOrder(
            label: "outlet-other-1", offerKey: "fake/Here/1", authorizedKeys: [key], environment: [:],
            bootScript: "", image: TestEngine.image)
        guard case .created = await theirs.create(order) else {
            Issue.record("the other outlet got nothing")
            return
        }
        let provider = try bench.provider(settings)
        #expect(try await provider.offers().filter { $0.family == "fake" }.map(\.free) == [1, 0])
        #expect(await provider.problem()?.contains(FakeGPUs.all[3]) == true)
        let endpoint = try await bench.pod(provider, bench.order("last", offer: "fake/Here/1"))
        #expect(GPUInventory.listed(try bench.ssh(endpoint, "nvidia-smi -L").output) == [FakeGPUs.all[2]])
        // What runs on a GPU that we have let out is its renter's.
        try bench.folder.write("\(FakeGPUs.all[2]), 815, python3\n", to: "busy")
        #expect(try await provider.get(label: "outlet-test-last", upstreamID: nil) == .running(endpoint))
        #expect(try await provider.terminate(label: "outlet-test-last", upstreamID: nil) == .gone)
        #expect(try await theirs.terminate(label: "outlet-other-1", upstreamID: nil) == .gone)
        try FileManager.default.removeItem(atPath: bench.folder["busy"])
    }
}

/// Books of their own beside ours.
struct OtherOutlet {
    let leases: any UnitLeases
    private let store: TestStore

    init() throws {
        store = try TestStore()
        leases = StoredLeases(store.context)
    }
}
