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
            try await provider.offers().filter { $0.family == "h100-80gb" }.map(\.free)
        }
        #expect(try await free() == [4, 2])
        let one = try await bench.pod(provider, bench.order("gpu-1", offer: "h100-80gb/Here/1"))
        let two = try await bench.pod(provider, bench.order("gpu-2", offer: "h100-80gb/Here/2"))
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
        let third = await provider.create(try bench.order("gpu-3", offer: "h100-80gb/Here/2"))
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
            let creation = await provider.create(try bench.order("wrong", offer: "h100-80gb/Here/1"))
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
        let other = try OtherOutlet()
        defer { withExtendedLifetime(other) {} }  // Its folder stays as long.
        let theirs = DockerProvider(
            machine: DockerMachine(
                settings: settings, client: bench.client, hostKeys: HostKeys(secretKeyPath: ""),
                leases: other.leases,
                ownPrefix: "outlet-other-", logger: .init(label: "test"),
                nvidiaSMI: bench.folder["nvidia-smi"]))
        let key = try String(contentsOfFile: bench.folder["key.pub"], encoding: .utf8).trimmed
        let order = PodOrder(
            label: "outlet-other-1", offerKey: "h100-80gb/Here/1", authorizedKeys: [key], environment: [:],
            bootScript: "", image: TestEngine.image)
        guard case .created = await theirs.create(order) else {
            Issue.record("the other outlet got nothing")
            return
        }
        let provider = try bench.provider(settings)
        #expect(try await provider.offers().filter { $0.family == "h100-80gb" }.map(\.free) == [1, 0])
        #expect(await provider.problem()?.contains(FakeGPUs.all[3]) == true)
        let endpoint = try await bench.pod(provider, bench.order("last", offer: "h100-80gb/Here/1"))
        #expect(GPUInventory.listed(try bench.ssh(endpoint, "nvidia-smi -L").output) == [FakeGPUs.all[2]])
        // What runs on a GPU that we have let out is its renter's.
        try bench.folder.write("\(FakeGPUs.all[2]), 815, python3\n", to: "busy")
        #expect(try await provider.get(label: "outlet-test-last", upstreamID: nil) == .running(endpoint))
        #expect(try await provider.terminate(label: "outlet-test-last", upstreamID: nil) == .gone)
        #expect(try await theirs.terminate(label: "outlet-other-1", upstreamID: nil) == .gone)
        try bench.folder.write("", to: "busy")
    }

    @Test func `a GPU listed under the wrong family is not sold where it is seen`() async throws {
        try FakeGPUs.show(FakeGPUs.all, as: "NVIDIA A100-SXM4-80GB, 81920", in: bench.folder)
        let provider = try bench.provider(bench.settings(gpus: FakeGPUs.all))
        #expect(try await provider.offers().filter { $0.family == "h100-80gb" }.map(\.free) == [0, 0])
        let creation = await provider.create(try bench.order("family", offer: "h100-80gb/Here/1"))
        guard case .refused(.noCapacity) = creation else {
            Issue.record("\(creation)")
            return
        }
        try FakeGPUs.show(FakeGPUs.all, in: bench.folder)
    }

    @Test(arguments: [DockerProviderSettings.Inventory.host, .engine, .none])
    func `a pod's GPUs are told by their names, wherever nvidia-smi is asked`(
        inventory: DockerProviderSettings.Inventory
    ) async throws {
        try FakeGPUs.show(FakeGPUs.all, in: bench.folder)
        var settings = try bench.settings(gpus: FakeGPUs.all)
        settings.inventory = inventory
        settings.inventoryImage = TestEngine.image
        let provider = try bench.provider(settings)
        let name = "seen-\(inventory)"
        _ = try await bench.pod(provider, bench.order(name, offer: "h100-80gb/Here/2"))
        let h100 = SeenGPU(name: "NVIDIA H100 80GB HBM3", memory: 81_559)
        #expect(provider.gpuCheck == .engine)
        #expect(try await provider.gpus(label: "outlet-test-" + name, upstreamID: nil) == [h100, h100])
        #expect(try await provider.terminate(label: "outlet-test-" + name, upstreamID: nil) == .gone)
        await #expect(throws: ProviderFault.notFound) {
            try await provider.gpus(label: "outlet-test-" + name, upstreamID: nil)
        }
        _ = try await bench.pod(provider, bench.order(name + "-cpu"))
        let label = "outlet-test-\(name)-cpu"
        #expect(try await provider.gpus(label: label, upstreamID: nil) == nil, "a pod without GPUs")
        #expect(try await provider.terminate(label: label, upstreamID: nil) == .gone)
    }

    @Test func `the engine's own look at the GPUs finds who uses them, and leaves nothing behind`()
        async throws
    {
        try FakeGPUs.show(Array(FakeGPUs.all.dropLast()), in: bench.folder)
        try bench.folder.write("\(FakeGPUs.all[1]), 4711, /usr/bin/python3\n", to: "busy")
        var settings = try bench.settings(gpus: FakeGPUs.all)
        settings.inventory = .engine
        settings.inventoryImage = TestEngine.image
        let provider = try bench.provider(settings)
        #expect(try await provider.offers().filter { $0.family == "h100-80gb" }.map(\.free) == [2, 1])
        let report = await DockerHostReport.of(provider.machine, images: [])
        #expect(report.gpus.map(\.uuid) == FakeGPUs.all.dropLast())
        #expect(report.gpus.map(\.programs) == [[], ["4711 /usr/bin/python3"], []])
        #expect(report.gpus.map(\.family) == Array(repeating: "h100-80gb", count: 3))
        #expect(try await bench.client.containers(withLabel: "outlet.inventory").isEmpty)
        settings.inventoryImage = "localhost/outlet-test-none:latest"
        let blind = try bench.provider(settings)
        await #expect(throws: ProviderFault.self, "nothing is sold that nobody has looked at") {
            try await blind.offers()
        }
        #expect(try await bench.client.containers(withLabel: "outlet.inventory").isEmpty)
        try bench.folder.write("", to: "busy")
        try FakeGPUs.show(FakeGPUs.all, in: bench.folder)
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
