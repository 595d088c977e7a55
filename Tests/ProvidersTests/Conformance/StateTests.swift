import Domain
import Foundation
import TestSupport
import Testing

@testable import Configuration
@testable import Providers

/// What a provider says of a pod, and what the outlet makes of it.
@Suite(.timeLimit(.minutes(2))) struct StateTests {
    @Test(arguments: CloudKind.allCases)
    func `running without a port is not running, however long it lasts`(kind: CloudKind) async throws {
        let bench = try CloudBench(kind)
        let id = try await bench.made()
        bench.cloud.set(CloudBench.label(), .runningWithoutPort)
        for _ in 1...3 {
            let state = try await bench.provider.get(label: CloudBench.label(), upstreamID: id)
            #expect(state == .pending)
            bench.clock.pass(.seconds(600))
        }
    }

    @Test(arguments: CloudKind.allCases)
    func `a word that nobody knows is unknown, not gone and not a fault`(kind: CloudKind) async throws {
        let bench = try CloudBench(kind)
        let id = try await bench.made()
        bench.cloud.set(CloudBench.label(), .word("HIBERNATING"))
        let state = try await bench.provider.get(label: CloudBench.label(), upstreamID: id)
        #expect(state == .unknown("HIBERNATING"))
        #expect(
            try await bench.provider.list(labelPrefix: "outlet-").map(\.state) == [.unknown("HIBERNATING")])
    }

    @Test(arguments: CloudKind.allCases)
    func `capacity lost after it was accepted is a failure to be ended`(kind: CloudKind) async throws {
        let bench = try CloudBench(kind)
        let id = try await bench.made()
        bench.cloud.set(CloudBench.label(), .failed)
        guard case .failed = try await bench.provider.get(label: CloudBench.label(), upstreamID: id) else {
            Issue.record("it did not fail")
            return
        }
        #expect(try await bench.provider.terminate(label: CloudBench.label(), upstreamID: id) == .gone)
    }

    @Test(arguments: CloudKind.allCases)
    func `a pod that the list lacks is asked for by its id before it counts as gone`(kind: CloudKind)
        async throws
    {
        let bench = try CloudBench(kind)
        let id = try await bench.made()
        let empty = bench.cloud.speech.emptyList
        bench.cloud.next(.list, .reply(200, body: empty))
        #expect(try await bench.provider.get(label: CloudBench.label(), upstreamID: id) == .pending)
        #expect(bench.cloud.count(.get) == 1)
    }

    @Test(arguments: CloudKind.allCases)
    func `many who ask at once share few calls, and each answer is younger than its question`(
        kind: CloudKind
    ) async throws {
        let bench = try CloudBench(kind)
        let id = try await bench.made()
        let states = try await withThrowingTaskGroup(of: PodState.self) { group in
            for _ in 0..<40 {
                group.addTask { try await bench.provider.get(label: CloudBench.label(), upstreamID: id) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(states.count == 40 && states.allSatisfy { $0 == .pending })
        #expect(bench.cloud.count(.list) < 40)
        bench.cloud.set(CloudBench.label(), .running(host: "127.0.0.1", port: 22))
        guard case .running = try await bench.provider.get(label: CloudBench.label(), upstreamID: id) else {
            Issue.record("an old answer was given")
            return
        }
    }

    enum Damage: CaseIterable { case html, noList, noID, cut, hangsUp }

    @Test(arguments: CloudKind.allCases, Damage.allCases)
    func `a list of which a page cannot be read is no list`(kind: CloudKind, damage: Damage) async throws {
        let bench = try CloudBench(kind)
        _ = try await bench.made()
        bench.addForeign(40)
        let isPaged = [.runpod, .vast].contains(kind)
        let fault: FakeCloud.Fault =
            switch damage {
            case .html: .reply(200, body: "<html>Maintenance</html>")
            case .noList: .reply(200, body: "{}")
            case .noID: .reply(200, body: bench.cloud.speech.listWithoutID)
            case .cut: .cutAnswer
            case .hangsUp: .dropAfter
            }
        // The first page is whole; the second one fails, and once more when it is asked for again.
        if isPaged { bench.cloud.next(.list, .reply(200, body: try firstPage(of: bench))) }
        for _ in 1...2 { bench.cloud.next(.list, fault) }
        await #expect(throws: (any Error).self) { try await bench.provider.list(labelPrefix: "outlet-test-") }
        bench.cloud.state.withLock { $0.faults = [] }
        #expect(try await bench.provider.list(labelPrefix: "outlet-test-").count == 1)
    }

    private func firstPage(of bench: CloudBench) throws -> String {
        let request = FakeServer.Request(
            method: "GET", path: bench.cloud.speech.listPath, query: [], headers: [:], body: [])
        guard case .answer(_, _, let body) = bench.cloud.answer(request) else { throw TestFault("no page") }
        return body
    }

    @Test(arguments: [CloudKind.runpod, .vast])
    func `a list of many pages is one list, and one that never ends is none`(kind: CloudKind) async throws {
        let bench = try CloudBench(kind)
        bench.addForeign(70)
        _ = try await bench.made()
        #expect(try await bench.provider.list(labelPrefix: "outlet-test-").count == 1)
        #expect(bench.cloud.count(.list) == 3)
        let page = try firstPage(of: bench)
        for _ in 1...2 { bench.cloud.next(.list, .reply(200, body: page)) }
        await #expect(throws: ProviderFault.self) {
            try await bench.provider.list(labelPrefix: "outlet-test-")
        }
    }

    @Test(arguments: CloudKind.allCases)
    func `an end that is refused is not believed, and the next try ends it`(kind: CloudKind) async throws {
        let bench = try CloudBench(kind)
        let id = try await bench.made()
        for status in [409, 400, 429] {
            bench.cloud.next(
                .delete, .reply(status, headers: status == 429 ? ["Retry-After": "600"] : [:], body: "{}"))
            await #expect(throws: ProviderFault.self) {
                try await bench.provider.terminate(label: CloudBench.label(), upstreamID: id)
            }
            bench.clock.pass(.seconds(700))
        }
        #expect(try await bench.provider.list(labelPrefix: "outlet-").count == 1)
        #expect(try await bench.provider.terminate(label: CloudBench.label(), upstreamID: id) == .gone)
    }

    @Test(arguments: CloudKind.allCases)
    func `an end whose answer is lost is asked for again, and no pod is gone already`(kind: CloudKind)
        async throws
    {
        let bench = try CloudBench(kind)
        let id = try await bench.made()
        bench.cloud.next(.delete, .dropAfter)
        #expect(try await bench.provider.terminate(label: CloudBench.label(), upstreamID: id) == .gone)
        #expect(bench.cloud.count(.delete) == 2)
    }

    @Test(arguments: CloudKind.allCases)
    func `a list that is refused as too early says when, and nobody knocks before`(kind: CloudKind)
        async throws
    {
        let bench = try CloudBench(kind)
        let id = try await bench.made()
        let made = bench.cloud.count(.list)
        bench.cloud.next(.list, .reply(429, headers: ["Retry-After": "90"], body: "<html>Slow down</html>"))
        for _ in 1...3 {
            do {
                _ = try await bench.provider.list(labelPrefix: "outlet-")
                Issue.record("a list that nobody gave")
            } catch ProviderFault.rateLimited(let after) {
                #expect((after ?? .zero) >= Seconds(80))
            }
        }
        #expect(bench.cloud.count(.list) == made + 1)
        if kind == .vast {  // There each endpoint has its own pace: an end does not wait for lists.
            #expect(try await bench.provider.terminate(label: CloudBench.label(), upstreamID: id) == .gone)
        }
        bench.clock.pass(.seconds(91))
        _ = try await bench.provider.list(labelPrefix: "outlet-")
    }

    @Test func `a provider that says that its window is empty is not called before it fills again`()
        async throws
    {
        let bench = try CloudBench(.runpod)
        let header = #""minute";r=0;t=12, "hour";r=2900;t=1800"#
        bench.cloud.next(
            .list, .reply(200, headers: ["RateLimit": header], body: bench.cloud.speech.emptyList))
        _ = try await bench.provider.list(labelPrefix: "outlet-")
        await #expect(throws: ProviderFault.rateLimited(after: Seconds(13))) {
            try await bench.provider.list(labelPrefix: "outlet-")
        }
        bench.clock.pass(.seconds(12))
        _ = try await bench.provider.list(labelPrefix: "outlet-")
        #expect(bench.clock.slept < .seconds(12))
    }

    @Test(arguments: CloudKind.allCases)
    func `trouble of a provider is passed on as trouble, once it has lasted`(kind: CloudKind) async throws {
        let bench = try CloudBench(kind, patience: .seconds(2))
        let id = try await bench.made()
        bench.cloud.next(.list, .reply(500, body: ""))
        #expect(try await bench.provider.get(label: CloudBench.label(), upstreamID: id) == .pending)
        for _ in 1...2 { bench.cloud.next(.list, .silenceAfter) }
        await #expect(throws: ProviderFault.self) {
            try await bench.provider.get(label: CloudBench.label(), upstreamID: id)
        }
        bench.cloud.next(.list, .reply(401, body: "{}"))
        let problem = await bench.provider.problem() ?? ""
        #expect(!problem.contains(CloudBench.apiKey))
    }
}

extension CloudSpeech {
    var emptyList: String {
        switch kind {
        case .runpod: #"{"pods":[]}"#
        case .vast: #"{"success":true,"instances":[],"next_token":null}"#
        case .lambda: #"{"data":[]}"#
        case .shadeform: #"{"instances":[]}"#
        }
    }

    var listWithoutID: String {
        switch kind {
        case .runpod: #"{"pods":[{"name":"x","status":"RUNNING"}]}"#
        case .vast: #"{"success":true,"instances":[{"label":"x"}],"next_token":null}"#
        case .lambda: #"{"data":[{"name":"x","status":"active"}]}"#
        case .shadeform: #"{"instances":[{"name":"x","status":"active"}]}"#
        }
    }

    var listPath: String {
        switch kind {
        case .runpod: "/v2/pods"
        case .vast: "/api/v1/instances/"
        case .lambda: "/api/v1/instances"
        case .shadeform: "/v1/instances"
        }
    }
}
