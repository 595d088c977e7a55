import Domain
import Operations
import Testing

@Suite(.serialized) struct `A launch is refused` {
    @Test func `without the money, with what is needed and what is there`() async throws {
        let o = try await Outlet(wallet: 279)
        guard case LaunchRefusal.insufficientBalance(let required, let available)? = refusal(o) else {
            return #expect(Bool(false), "not refused for the balance")
        }
        #expect(required == Cents(280) && available == Cents(279))
    }

    @Test func `while nobody meters`() async throws {
        let o = try await Outlet()
        o.pass(121)
        guard case LaunchRefusal.meteringPaused? = refusal(o) else {
            return #expect(Bool(false), "launched unmetered")
        }
    }

    @Test func `when the price has risen above the limit`() async throws {
        let o = try await Outlet()
        guard
            case LaunchRefusal.priceChanged(let now)? = refusal(
                o, { $0.maxPrice = HourlyRate(centsPerHour: 270)! })
        else { return #expect(Bool(false), "launched above the limit") }
        #expect(now.centsPerHour == 280)
    }

    @Test func `when nobody sells it, with what comes nearest`() async throws {
        let o = try await Outlet()
        guard case LaunchRefusal.modelUnavailable(let nearest)? = refusal(o, { $0.region = "EU-North" })
        else { return #expect(Bool(false), "launched elsewhere") }
        #expect(nearest.count == 1)
    }

    @Test func `without an SSH key, and for a closed account`() async throws {
        let o = try await Outlet()
        for key in try o.context.sshKeys(of: o.user) { _ = try o.context.deleteSSHKey(key.id, of: o.user) }
        guard case LaunchRefusal.noSSHKey? = refusal(o) else {
            return #expect(Bool(false), "launched without a key")
        }
        try o.context.closeUser(o.user)
        guard case LaunchRefusal.accountClosed? = refusal(o) else {
            return #expect(Bool(false), "launched when closed")
        }
    }

    private func refusal(_ o: Outlet, _ change: (inout LaunchRequest) -> Void = { _ in }) -> LaunchRefusal? {
        do {
            _ = try o.launch(change)
            return nil
        } catch { return error as? LaunchRefusal }
    }
}
