import Domain
import TestSupport
import Testing

@testable import Providers

@Suite(
    "Pods on a real Podman", .serialized, .timeLimit(.minutes(10)),
    .enabled(
        if: TestEngine.problem(.podman) == nil, Comment(rawValue: TestEngine.problem(.podman) ?? "")),
    .enabled("the engine does not start here: see standard error") { await TestEngine.starts(.podman) },
    .engine(.podman))
struct PodmanEngineTests {
    let bench: EngineBench

    init() throws { bench = try #require(WithEngine.bench) }

    @Test func `a pod lives from its order to its end`() async throws {
        try await PodLife(bench: bench).live()
    }

    @Test func `pods do not reach each other, and their networks go with them`() async throws {
        let provider = try bench.provider(bench.settings())
        let one = try await bench.pod(provider, bench.order("apart-1"))
        let other = try await bench.pod(provider, bench.order("apart-2"))
        try await PodLife(bench: bench).areApart(one, other)
        for name in ["apart-1", "apart-2"] {
            #expect(try await provider.terminate(label: "outlet-test-\(name)", upstreamID: nil) == .gone)
            #expect(try await bench.client.call(.get, "/networks/outlet-test-\(name)").status == 404)
        }
    }

    @Test func `GPUs are not sold on a Podman that would ignore them`() async throws {
        guard try await !bench.client.greet().heedsGPURequests else { return }
        try FakeGPUs.install(in: bench.folder)
        let provider = try bench.provider(bench.settings(gpus: FakeGPUs.all))
        #expect(await provider.problem()?.contains("ignores requests for GPUs") == true)
        let offers = try await provider.offers()
        #expect(offers.filter { $0.family == "h100-80gb" }.map(\.free) == [0, 0])
        let creation = await provider.create(try bench.order("deaf", offer: "h100-80gb/Here/1"))
        guard case .refused = creation else {
            Issue.record("\(creation)")
            return
        }
        #expect(try provider.machine.leases.held(at: "rack").isEmpty)
    }
}
