import Domain
import Foundation
import TestSupport
import Testing

@testable import Configuration
@testable import Providers

/// A create is sent once. What became of it is made, certainly not made, or not known.
@Suite(.timeLimit(.minutes(2))) struct CreateTests {
    @Test(arguments: CloudKind.allCases)
    func `no capacity is a refusal, and nothing was made`(kind: CloudKind) async throws {
        let bench = try CloudBench(kind)
        bench.cloud.next(.create, .noCapacity)
        guard case .refused(.noCapacity) = await bench.provider.create(bench.order()) else {
            Issue.record("not refused for capacity")
            return
        }
        #expect(bench.cloud.count(.create) == 1)
        #expect(try await bench.provider.list(labelPrefix: "outlet-").isEmpty)
    }

    enum Loss: CaseIterable { case hangsUp, isSilent, isCut, fails, failsInHTML, isNoJSON }

    @Test(arguments: CloudKind.allCases, Loss.allCases)
    func `a create whose answer is lost is unknown, sent once, and found by its label`(
        kind: CloudKind, loss: Loss
    ) async throws {
        let bench = try CloudBench(kind, patience: loss == .isSilent ? .seconds(2) : .seconds(60))
        let fault: FakeCloud.Fault =
            switch loss {
            case .hangsUp: .dropAfter
            case .isSilent: .silenceAfter
            case .isCut: .cutAnswer
            case .fails: .reply(503, body: "")
            case .failsInHTML: .reply(502, body: "<html>Bad gateway</html>")
            case .isNoJSON: .reply(200, body: "<html>Welcome</html>")
            }
        bench.cloud.next(.create, fault)
        let creation = await bench.provider.create(bench.order())
        guard case .unknown = creation else {
            Issue.record("it is \(creation)")
            return
        }
        #expect(bench.cloud.count(.create) == 1)
        let isMade = [.hangsUp, .isSilent, .isCut].contains(loss)
        let pods = try await bench.provider.list(labelPrefix: CloudBench.label())
        #expect(pods.map(\.label) == (isMade ? [CloudBench.label()] : []))
        if isMade {
            let state = try await bench.provider.get(label: CloudBench.label(), upstreamID: nil)
            #expect(state == .pending)
            _ = try await awaited("it is gone") {
                try await bench.provider.terminate(label: CloudBench.label(), upstreamID: nil) == .gone
                    ? true : nil
            }
        }
        #expect(bench.cloud.count(.create) == 1)
    }

    @Test(arguments: CloudKind.allCases)
    func `a create that reached nobody made nothing`(kind: CloudKind) async throws {
        let bench = try CloudBench(kind, url: "http://127.0.0.1:\(try FreePort.next())")
        guard case .refused(.transient) = await bench.provider.create(bench.order()) else {
            Issue.record("not refused")
            return
        }
    }

    @Test(arguments: CloudKind.allCases)
    func `too early with a time is tried again after that time, and made once`(kind: CloudKind)
        async throws
    {
        let bench = try CloudBench(kind)
        bench.cloud.next(.create, .reply(429, headers: ["Retry-After": "7"], body: ""))
        _ = try await bench.made()
        #expect(bench.cloud.count(.create) == 2)
        #expect(bench.clock.slept >= .seconds(7))
        #expect(try await bench.provider.list(labelPrefix: "outlet-").count == 1)
    }

    @Test func `too early until a date is tried again after that date`() async throws {
        let bench = try CloudBench(.runpod)
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        let date = format.string(from: Date(timeIntervalSinceNow: 25))
        bench.cloud.next(.create, .reply(429, headers: ["Retry-After": date], body: ""))
        _ = try await bench.made()
        #expect(bench.clock.slept > .seconds(1) && bench.clock.slept <= .seconds(25))
    }

    @Test(arguments: CloudKind.allCases)
    func `too early without a time, in HTML, is tried again a little later`(kind: CloudKind) async throws {
        let bench = try CloudBench(kind)
        bench.cloud.next(.create, .reply(429, body: "<html>You are banned temporarily</html>"))
        bench.cloud.next(.create, .reply(429, body: "API requests too frequent"))
        _ = try await bench.made()
        #expect(bench.cloud.count(.create) == 3)
        #expect(bench.clock.slept >= .milliseconds(2_250), "3/4 of a second, then of two")
    }

    @Test(arguments: CloudKind.allCases)
    func `sent away for an hour, it does not knock again`(kind: CloudKind) async throws {
        let bench = try CloudBench(kind)
        bench.cloud.next(.create, .reply(429, headers: ["Retry-After": "3600"], body: ""))
        for _ in 1...2 {
            guard case .refused(.rateLimited(let after)) = await bench.provider.create(bench.order()) else {
                Issue.record("not refused")
                return
            }
            #expect((after ?? .zero) > Seconds(3_500))
        }
        #expect(bench.cloud.count(.create) == 1)
        bench.clock.pass(.seconds(3_601))
        _ = try await bench.made()
    }

    @Test(arguments: CloudKind.allCases)
    func `a dearer offer than agreed is not taken where the price is known before`(kind: CloudKind)
        async throws
    {
        let bench = try CloudBench(kind)
        guard [.vast, .shadeform].contains(kind) else { return }
        let less = HourlyCost(microDollarsPerHour: bench.cloud.speech.usualCost.microDollarsPerHour - 1)!
        guard case .refused(.noCapacity) = await bench.provider.create(bench.order(maxCost: less)) else {
            Issue.record("it was taken")
            return
        }
        #expect(bench.cloud.count(.create) == 0)
        let creation = await bench.provider.create(bench.order(maxCost: bench.cloud.speech.usualCost))
        guard case .created = creation else {
            Issue.record("it was not taken for its price: \(creation)")
            return
        }
    }

    @Test func `a contract that Vast makes though it refuses the order is ended, and only then refused`()
        async throws
    {
        let failure: FakeCloud.Fault = .changed { answer in
            var refusal = answer
            refusal["success"] = false
            return refusal
        }
        let bench = try CloudBench(.vast)
        bench.cloud.next(.create, failure)
        guard case .refused(.noCapacity) = await bench.provider.create(bench.order()) else {
            Issue.record("not refused")
            return
        }
        #expect(bench.cloud.count(.delete) == 1)
        #expect(try await bench.provider.list(labelPrefix: "outlet-").isEmpty)

        bench.cloud.next(.create, failure)
        bench.cloud.next(.delete, .reply(409, body: "{}"))
        guard case .created(let id) = await bench.provider.create(bench.order(2)) else {
            Issue.record("a pod that still is was refused")
            return
        }
        #expect(try await bench.provider.list(labelPrefix: "outlet-").map(\.upstreamID) == [id])
    }

    @Test(arguments: CloudKind.allCases)
    func `refusals have the kind that their status says`(kind: CloudKind) async throws {
        let bench = try CloudBench(kind)
        let faults: [(Int, ProviderFault)] = [
            (401, .auth("HTTP 401")), (402, .payment("HTTP 402")), (403, .auth("HTTP 403")),
            (422, .invalid("HTTP 422")),
        ]
        for (status, fault) in faults {
            bench.cloud.next(.create, .reply(status, body: "{}"))
            let creation = await bench.provider.create(bench.order())
            guard case .refused(fault) = creation else {
                Issue.record("\(status) is \(creation)")
                continue
            }
            bench.clock.pass(.seconds(20))
        }
    }
}
