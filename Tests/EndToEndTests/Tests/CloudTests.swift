import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Test(.needsBootedPods)
    func `a renter rents at a cloud, from the launch to the provider's own bill`() async throws {
        let cloud = try RunPodStandIn()
        defer { cloud.close() }
        try await Outlet.run(cloud.options) { outlet in
            let ada = try Renter(at: outlet, dollars: "500.00")
            let id = try ada.launch("rtx-4090", #","templateId":"tiny","env":{"MODEL":"seven"}"#)
            let rental = try await ada.waitUntilRunning(id, within: 90)
            #expect(cloud.alive.count == 1)
            let pod = try Pod(rental, of: ada, user: "root")
            let words = "id -un; echo $MODEL; cat /etc/outlet/booted; grep -c . ~/.ssh/authorized_keys"
            try await eventually("the start script has run", within: 30) {
                let inside = try pod.ssh(words)
                // One key: the outlet's own is gone.
                return inside.output == "root\nseven\nbooted\n1\n" ? () : nil
            }
            let before = try ada.meter(id).integer("currentChargeCents")
            try await eventually("a second later it costs a cent more", within: 30) {
                try ada.meter(id).integer("currentChargeCents") > before ? () : nil
            }
            try await settled(id, ada, cloud)
            try await pod.waitUntilGone()
            #expect(cloud.made == 1)
        }
    }

    @Test(.needsBootedPods)
    func `a cloud that is full, and one whose answer is lost, cost nobody anything and leave no pod`()
        async throws
    {
        let cloud = try RunPodStandIn()
        defer { cloud.close() }
        try await Outlet.run(cloud.options) { outlet in
            let ada = try Renter(at: outlet, dollars: "500.00")
            cloud.next(.noCapacity)
            let first = try ada.launch("rtx-4090", #","templateId":"tiny""#)
            let moved = try await ada.waitUntilRunning(first, within: 90)
            #expect(Set(cloud.asked) == ["EU-RO-1", "US-TX-3"] && cloud.asked.count == 2)
            let tries = try moved.list("attempts")
            #expect(try tries.map { try $0.text("outcome") } == ["refused", "created"])
            #expect(try tries[0].text("error").contains("no instances currently available"), "\(tries[0])")
            #expect(cloud.made == 1)
            try await settled(first, ada, cloud)

            cloud.next(.lostAnswer)
            let second = try ada.launch("rtx-4090", #","templateId":"tiny""#)
            let found = try await ada.waitUntilRunning(second, within: 90)
            #expect(try found.list("attempts").map { try $0.text("outcome") } == ["created"])
            #expect(cloud.made == 2 && cloud.alive.count == 1, "it was not asked for again")
            _ = try Pod(found, of: ada, user: "root")
            try await settled(second, ada, cloud)
        }
    }

    /// The renter stops; then the provider has no pod, the books are whole, and both bills say the same.
    private func settled(_ id: String, _ renter: Renter, _ cloud: RunPodStandIn) async throws {
        let outlet = renter.outlet
        let stop = try renter.stop(id)
        #expect(stop.status == 200, "\(stop)")
        let ended = try await renter.waitUntilEnded(id, within: 60)
        #expect(try ended.text("status") == "stopped")
        #expect(cloud.alive.isEmpty)
        let seconds = try renter.meter(id).integer("secondsBilled")
        #expect(try ended.integer("totalChargedCents") == price(seconds: seconds, rate: 3_600))
        let entries = try renter.get("/v1/billing/ledger").json().list("entries")
        try checkLedger(entries)
        _ = try renter.balance()
        try outlet.control("verify")
        let bills = try JSON.parse(outlet.control("reconcile", "--json")).items()
        #expect(bills.count == 1)
        let pods = try bills[0].list("pods")
        #expect(pods.count == cloud.made)
        #expect(try pods.allSatisfy { try $0.text("standing") == "matched" }, "\(pods)")
    }
}

extension Trait where Self == ConditionTrait {
    /// For tests whose pods run a start script as root.
    fileprivate static var needsBootedPods: Self {
        .enabled(if: BootedPod.problem == nil, "\(BootedPod.problem ?? "")")
    }
}
