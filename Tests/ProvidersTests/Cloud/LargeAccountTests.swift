import Domain
import Testing

@testable import Providers

/// Vast lists 25 pods a second at most.
@Suite struct `An account of 400 pods at Vast` {
    /// So many of ours, all of them answering.
    private func bench(_ count: Int) throws -> CloudBench {
        let bench = try CloudBench(.vast)
        bench.cloud.state.withLock { state in
            for number in 1...count {
                state.pods.append(
                    FakeCloud.Pod(
                        id: "\(40_000_000 + number)", label: CloudBench.label(number), offer: [:],
                        stage: .running(host: "192.0.2.7", port: 20_000 + number)))
            }
        }
        return bench
    }

    /// How long something takes by the account's clock.
    private func time(_ bench: CloudBench, _ work: () async throws -> Void) async throws -> Duration {
        let before = bench.clock.slept
        try await work()
        return bench.clock.slept - before
    }

    @Test func `is listed whole within the 20 seconds that a list may take`() async throws {
        let bench = try bench(400)
        for _ in 0..<2 {
            let taken = try await time(bench) {
                let pods = try await bench.provider.list(labelPrefix: "outlet-test-")
                #expect(pods.count == 400)
            }
            #expect(taken < .seconds(19), "\(taken)")
        }
        #expect(bench.cloud.count(.list) == 32)
    }

    @Test func `tells of one pod within the eight seconds that this may take, and lists nothing for it`()
        async throws
    {
        let bench = try bench(400)
        _ = try await bench.provider.list(labelPrefix: "outlet-test-")
        let lists = bench.cloud.count(.list)
        let taken = try await time(bench) {
            let state = try await bench.provider.get(label: CloudBench.label(400), upstreamID: "40000400")
            guard case .running(let endpoint) = state else {
                Issue.record("\(state)")
                return
            }
            #expect(endpoint.port == 20_400)
        }
        #expect(taken < .seconds(5), "\(taken)")
        #expect(bench.cloud.count(.list) == lists)
        let rate = try await bench.provider.rate(label: CloudBench.label(7), upstreamID: "40000007")
        #expect(rate == HourlyCost(microDollarsPerHour: 345_800))
        #expect(bench.cloud.count(.list) == lists)
        let gone = try await bench.provider.get(label: CloudBench.label(401), upstreamID: "40000401")
        #expect(gone == .gone)
    }

    @Test func `finds a pod whose create was lost by its label alone`() async throws {
        let bench = try bench(400)
        _ = try await bench.provider.list(labelPrefix: "outlet-test-")
        let lists = bench.cloud.count(.list)
        let found = try await bench.provider.list(labelPrefix: CloudBench.label(40))
        #expect(found.map(\.upstreamID) == ["40000040"], "and not that with the label …-400")
        #expect(bench.cloud.count(.list) == lists + 1)
        #expect(try await bench.provider.list(labelPrefix: CloudBench.label(401)).isEmpty)
        let end = try await bench.provider.terminate(label: CloudBench.label(41), upstreamID: nil)
        #expect(end == .inProgress)
        #expect(bench.cloud.count(.list) == lists + 3 && bench.cloud.count(.delete) == 1)
    }

    @Test func `is listed for those whose own question would come too late`() async throws {
        let bench = try bench(400)
        _ = try await bench.provider.list(labelPrefix: "outlet-test-")
        for _ in 0..<2 { bench.cloud.next(.get, .reply(429, body: "API requests too frequent")) }
        let lists = bench.cloud.count(.list)
        let state = try await bench.provider.get(label: CloudBench.label(9), upstreamID: "40000009")
        guard case .running = state else {
            Issue.record("\(state)")
            return
        }
        #expect(bench.cloud.count(.list) == lists + 16)
    }

    @Test func `is no reason for a small one to be asked otherwise`() async throws {
        let bench = try bench(50)
        _ = try await bench.provider.list(labelPrefix: "outlet-test-")
        _ = try await bench.provider.get(label: CloudBench.label(3), upstreamID: "40000003")
        #expect(bench.cloud.count(.get) == 0)
    }
}
