import Domain
import Foundation
import TestSupport
import Testing

@testable import Providers

/// What every provider has to do, upstream or here, so that the meter need not know which it talks to.
@Suite(.timeLimit(.minutes(4))) struct LifeTests {
    enum Subject: CaseIterable, CustomTestStringConvertible {
        case local, docker, runpod, vast, lambda, shadeform

        var testDescription: String { "\(self)" }

        static var here: [Subject] { allCases.filter { $0 != .local || LocalOutlet.problem == nil } }
    }

    /// One provider of any kind, and how its pods come to life.
    private struct Bench {
        let provider: any Provider
        let order: PodOrder
        let start: (String) -> Void
        let close: () async -> Void
    }

    private func bench(_ subject: Subject) throws -> Bench {
        if subject == .docker {
            let engine = try ScriptedEngine()
            let order = PodOrder(
                label: CloudBench.label(), offerKey: "cpu/Here/1", authorizedKeys: [CloudBench.key],
                environment: [:], bootScript: "", image: "debian:12")
            return Bench(
                provider: try engine.provider(), order: order, start: { _ in },
                close: { withExtendedLifetime(engine) {} })
        }
        guard let kind = CloudKind(rawValue: "\(subject)") else {
            let outlet = try LocalOutlet()
            let order = PodOrder(
                label: CloudBench.label(), offerKey: "demo-cpu/Here/1", authorizedKeys: [CloudBench.key],
                environment: [:], bootScript: "echo hello from the start script", image: "")
            return Bench(
                provider: outlet.provider, order: order, start: { _ in }, close: { await outlet.close() })
        }
        let cloud = try CloudBench(kind)
        cloud.addForeign(2)
        return Bench(
            provider: cloud.provider, order: cloud.order(),
            start: { cloud.cloud.set($0, .running(host: "127.0.0.1", port: BannerServer.port)) }, close: {})
    }

    @Test(arguments: Subject.here)
    func `a pod is offered, made, listed, seen running, ended, and then gone for good`(subject: Subject)
        async throws
    {
        let bench = try bench(subject)
        let (provider, order) = (bench.provider, bench.order)
        let offers = try await provider.offers()
        #expect(offers.contains { $0.key == order.offerKey && $0.free > 0 })
        #expect(Set(offers.map(\.key)).count == offers.count)
        #expect(
            offers.allSatisfy { $0.cost.microDollarsPerHour > 0 && $0.gpuCount > 0 && !$0.region.isEmpty })
        #expect(provider.provisionDeadline > .zero && provider.estimatedProvisionTime > .zero)

        guard case .created(let id) = await provider.create(order) else {
            Issue.record("not created")
            return
        }
        let pods = try await provider.list(labelPrefix: "outlet-test-")
        #expect(pods.map(\.label) == [order.label] && pods.map(\.upstreamID) == [id])
        #expect(try await provider.list(labelPrefix: "outlet-nobody-").isEmpty)

        bench.start(order.label)
        let endpoint = try await awaited("the pod answers") { () -> Endpoint? in
            guard case .running(let endpoint) = try await provider.get(label: order.label, upstreamID: id)
            else { return nil }
            return endpoint
        }
        #expect(endpoint.hostKeyFingerprint?.hasPrefix("SHA256:") == true)
        #expect((try await provider.log(label: order.label, upstreamID: id))?.utf8.count ?? 0 <= 64 << 10)

        _ = try await awaited("the pod is gone") {
            try await provider.terminate(label: order.label, upstreamID: id) == .gone ? true : nil
        }
        #expect(try await provider.terminate(label: order.label, upstreamID: id) == .gone)
        #expect(try await provider.get(label: order.label, upstreamID: id) == .gone)
        #expect(try await provider.list(labelPrefix: "outlet-test-").isEmpty)
        await bench.close()
    }

    @Test(arguments: Subject.here)
    func `a pod that never was does not run, and ends at once`(subject: Subject) async throws {
        let bench = try bench(subject)
        let label = CloudBench.label(9)
        if case .running = try await bench.provider.get(label: label, upstreamID: nil) {
            Issue.record("it runs")
        }
        #expect(try await bench.provider.terminate(label: label, upstreamID: nil) == .gone)
        #expect(try await bench.provider.list(labelPrefix: "outlet-test-").isEmpty)
        await bench.close()
    }

    @Test(arguments: Subject.here)
    func `an offer that nobody made is refused, and nothing comes of it`(subject: Subject) async throws {
        let bench = try bench(subject)
        let order = PodOrder(
            label: CloudBench.label(2), offerKey: "nothing", authorizedKeys: [CloudBench.key],
            environment: [:], bootScript: "", image: "")
        guard case .refused = await bench.provider.create(order) else {
            Issue.record("it was not refused")
            return
        }
        #expect(try await bench.provider.list(labelPrefix: "outlet-test-").isEmpty)
        await bench.close()
    }

    @Test(arguments: Subject.here)
    func `a provider that works has no problem to tell`(subject: Subject) async throws {
        let bench = try bench(subject)
        #expect(await bench.provider.problem() == nil)
        await bench.close()
    }
}
