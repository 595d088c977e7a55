import Configuration
import Domain
import Foundation
import Operations
import Programs
import TestSupport
import Testing

@testable import Providers

extension DockerEngineTests {
    /// What a crash leaves of a create that got as far as this.
    private func leftover(_ name: String, files: Bool, _ settings: DockerProviderSettings) async throws
        -> String
    {
        let provider = try bench.provider(settings)
        let order = try bench.order(name)
        let plan = try PodPlan(order, on: provider.machine)
        let units = try provider.machine.leases.take(
            [
                provider.machine.units.wish(for: plan.offer, without: []),
                provider.machine.units.ports(without: []),
            ], for: order.label, at: "rack")
        _ = try await provider.machine.createContainer(plan, units)
        if files {
            let archive = TarArchive(order: order, variables: plan.variables, hostKey: plan.hostKey)
            try await bench.client.put(archive.closed(), into: order.label)
        }
        return order.label
    }

    @Test func `a pod that a crash left complete and not started is started by whoever asks for it`()
        async throws
    {
        let settings = try bench.settings()
        let label = try await leftover("crash-1", files: true, settings)
        let provider = try bench.provider(settings)
        #expect(try await provider.list(labelPrefix: label).map(\.state) == [.pending])
        let endpoint = try await bench.answering(provider, label, label)
        #expect(try bench.ssh(endpoint, "id -u").output == "0")
        #expect(try await provider.terminate(label: label, upstreamID: nil) == .gone)
    }

    @Test func `a pod that a crash left incomplete has failed, and is never started`() async throws {
        let settings = try bench.settings()
        let label = try await leftover("crash-2", files: false, settings)
        let provider = try bench.provider(settings)
        let state = try await provider.get(label: label, upstreamID: nil)
        #expect(state == .failed(reason: "it was not finished when the outlet stopped"))
        #expect(try await provider.terminate(label: label, upstreamID: nil) == .gone)
    }

    @Test func `a pod that was ended is not started by its maker`() async throws {
        let settings = try bench.settings()
        let label = try await leftover("ended", files: true, settings)
        let provider = try bench.provider(settings)
        try provider.machine.leases.end(label)
        guard case .failed = try await provider.get(label: label, upstreamID: nil) else {
            Issue.record("it was started")
            return
        }
        #expect(try await bench.client.container(label)?.State?.Status == "created")
        #expect(try await provider.terminate(label: label, upstreamID: nil) == .gone)
        let again = await provider.create(try bench.order("ended"))
        guard case .refused(.conflict) = again else {
            Issue.record("made after its end: \(again)")
            return
        }
    }

    @Test func `leases and containers find together again`() async throws {
        let settings = try bench.settings(slots: 3)
        let provider = try bench.provider(settings)
        let leases = provider.machine.leases
        let endpoint = try await bench.pod(provider, bench.order("adopted"))
        // The books are older than the pod, as after a restore.
        try leases.release("outlet-test-adopted")
        #expect(try leases.held(at: "rack").isEmpty)
        #expect(try await provider.offers().first?.free == 2)
        #expect(Set(try leases.held(at: "rack").map(\.label)) == ["outlet-test-adopted"])
        #expect(try await provider.get(label: "outlet-test-adopted", upstreamID: nil) == .running(endpoint))

        // A crash between lease and container: nothing comes of it any more after a while, and not before.
        _ = try leases.take(
            [provider.machine.units.wish(for: settings.offers[0], without: [])], for: "outlet-test-lost",
            at: "rack")
        #expect(try await provider.offers().first?.free == 1)
        bench.store.clock.advance(by: DockerMachine.longestMaking + Seconds(1))
        #expect(try await provider.offers().first?.free == 2)
        #expect(try await provider.terminate(label: "outlet-test-adopted", upstreamID: nil) == .gone)
        #expect(try await provider.offers().first?.free == 3)
    }

    @Test func `many that create at once share what there is, and nobody shares a place`() async throws {
        let settings = try bench.settings(slots: 3)
        let providers = try (0..<2).map { _ in try bench.provider(settings) }
        let orders = try (0..<8).map { try bench.order("crowd-\($0)") }
        let created = await withTaskGroup(of: String?.self) { group in
            for (number, order) in orders.enumerated() {
                group.addTask {
                    if case .created(let id) = await providers[number % 2].create(order) { id } else { nil }
                }
            }
            return await group.reduce(into: Set<String>()) { if let id = $1 { $0.insert(id) } }
        }
        #expect(created.count == 3)
        let pods = try await providers[0].list(labelPrefix: "outlet-test-crowd")
        #expect(Set(pods.map(\.label)) == created)
        let ports = pods.compactMap {
            if case .running(let endpoint) = $0.state { endpoint.port } else { nil }
        }
        #expect(Set(ports).count == 3)
        for order in orders {
            #expect(try await providers[1].terminate(label: order.label, upstreamID: nil) == .gone)
        }
        #expect(try providers[0].machine.leases.held(at: "rack").isEmpty)
    }
}
