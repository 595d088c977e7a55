import Domain
import Foundation
import JSON
import TestSupport
import Testing

@testable import Configuration
@testable import Providers

/// Prices come in as text and stay exact.
@Suite(.timeLimit(.minutes(2))) struct MoneyTests {
    @Test(arguments: CloudKind.allCases)
    func `an offer costs what the provider says, to the micro-dollar, however it is written`(kind: CloudKind)
        async throws
    {
        for isText in [false, true] {
            let bench = try CloudBench(kind)
            if isText {
                let usual: [CloudKind: String] = [
                    .runpod: "0.690", .vast: "3.458e-1", .lambda: "329.0", .shadeform: "240",
                ]
                bench.cloud.state.withLock { $0.price = .string(usual[kind]!) }
            }
            let offer = try #require(
                try await bench.provider.offers().first { $0.key == bench.cloud.speech.offerKey })
            #expect(offer.cost == bench.cloud.speech.usualCost, "as text: \(isText)")
        }
    }

    @Test(arguments: CloudKind.allCases, ["-1", "1e30", "abc", "", "0"])
    func `a price that cannot be is no offer, and not a fault`(kind: CloudKind, price: String) async throws {
        let bench = try CloudBench(kind)
        bench.cloud.state.withLock { $0.price = .string(price) }
        #expect(try await bench.provider.offers().isEmpty)
    }

    @Test(arguments: CloudKind.allCases)
    func `what a pod really costs can be asked`(kind: CloudKind) async throws {
        let bench = try CloudBench(kind)
        let id = try await bench.made()
        let rate = try #require(try await bench.provider.rate(label: CloudBench.label(), upstreamID: id))
        #expect(rate <= bench.cloud.speech.usualCost && rate.microDollarsPerHour > 300_000)
    }

    @Test func `Vast tells what is left, and what each instance cost`() async throws {
        let bench = try CloudBench(.vast)
        #expect(try await bench.provider.balance() == ProviderBalance(microDollars: 12_345_678))
        let charge = ProviderCharge(
            upstreamID: "31000001", label: "outlet-test-x", microDollars: 346_000,
            from: Instant(1_795_262_400), to: Instant(1_795_266_000))
        #expect(try await bench.provider.charges(since: Instant(1_795_000_000)) == [charge])
    }

    @Test func `RunPod tells what each pod cost in each hour`() async throws {
        let bench = try CloudBench(.runpod)
        let from = try #require(Instant(iso8601: "2026-11-21T12:00:00Z"))
        let charge = ProviderCharge(
            upstreamID: "pod1x", label: nil, microDollars: 695_500, from: from, to: from + .hour)
        #expect(try await bench.provider.charges(since: from) == [charge])
        #expect(try await bench.provider.balance() == nil)
    }

    @Test func `a renter is told until when a host at Vast has promised the machine`() async throws {
        let bench = try CloudBench(.vast)
        let offer = try #require(await bench.provider.offers().first)
        #expect(offer.note?.contains("until 2030-01-01.") == true, "\(offer.note ?? "")")
        bench.cloud.next(.offers, .changed { $0.withEndDate("1e15") })
        #expect(try await bench.provider.offers().first?.note?.contains("until") == false)
    }

    @Test func `Shadeform is told when to end a pod by itself, and when that moves`() async throws {
        let bench = try CloudBench(.shadeform)
        let id = try await bench.made()
        let end = try #require(Instant(iso8601: "2026-11-22T12:00:00Z"))
        try await bench.provider.renewExpiry(label: CloudBench.label(), upstreamID: id, until: end)
        #expect(bench.cloud.state.withLock { $0.pods[0].expiry } == "2026-11-22T12:00:00Z")
    }

    @Test(arguments: CloudKind.allCases)
    func `only the families that the operator wants are offered`(kind: CloudKind) async throws {
        let bench = try CloudBench(kind)
        var cloud = bench.provider.cloud
        cloud.families = ["b300"]
        let keys = HostKeys(secretKeyPath: bench.folder["secret.key"])
        let other = kind.speech.provider(cloud, keys, bench.clock.cloudClock)
        #expect(try await other.offers().isEmpty)
    }

    @Test func `a GPU of no family is unmapped, with its own name`() {
        let model = CloudGPU(name: "NVIDIA RTX PRO 6000 Blackwell", memoryMB: 96 * 1_024)
        #expect(model.family == Offer.unmappedFamily && model.model == "NVIDIA_RTX_PRO_6000_BLACKWELL")
        #expect(model.vramGB == 96)
    }
}

extension JSON {
    /// Vast's offers, with another end of their hosts' promise.
    fileprivate func withEndDate(_ number: String) -> JSON {
        let offers = (self["offers"]?.items ?? []).map { offer in
            var offer = offer
            offer["end_date"] = .number(number)
            return offer
        }
        return ["offers": .array(offers)]
    }
}
