import Configuration
import Domain
import Operations
import Storage
import TestSupport
import Testing

@Suite struct `A backup of payments` {
    private static let tables = [
        "stripe_account", "stripe_customer", "saved_card", "removed_card", "payment", "stripe_event",
        "payment_refund", "payment_dispute", "auto_topup", "transfer", "ledger_entry", "account",
    ]

    private func rows(_ database: Database) throws -> [String] {
        try database.read { session in
            try Self.tables.flatMap { table in
                try session.rows(SQL(stringLiteral: "SELECT * FROM \(table) ORDER BY 1")).map {
                    "\(table) \($0.named.sorted { $0.key < $1.key })"
                }
            }
        }
    }

    @Test func `has between two snapshots all that was asked for, paid, taken back and removed`() async throws
    {
        let o = try await Outlet(wallet: 0) { $0.backup.isOn = true }
        let till = Till(o)
        try till.saveCard()
        let filled = try till.ask(1_000, kind: .autoTopup)
        try await o.meter.tick()  // The snapshot has it pending; all else is in segments.
        try till.take(till.paid(filled, 1_000, intent: "pi_filled"))
        try till.take(till.paid(till.ask(2_000), 2_000, intent: "pi_paid"))
        try till.take(till.refunded("re_1", 500, intent: "pi_paid"))
        try till.take(till.refunded("re_2", 300, intent: "pi_paid"))
        try till.take(till.refunded("re_2", 300, intent: "pi_paid", status: "failed"))
        try till.take(till.disputed("dp_1", 1_500, intent: "pi_paid", "funds_withdrawn"))
        _ = try o.context.setAutoTopup(
            AutoTopupRow(isEnabled: true, threshold: Cents(500), amount: Cents(1_000), monthlyCap: nil),
            of: o.user)
        _ = try till.ask(1_000, kind: .autoTopup)
        _ = try o.context.chargeCard(Cents(700), by: o.user, key: "k", with: o.stripe.cards)
        _ = try o.context.checkout(Cents(900), by: o.user, key: nil, with: o.stripe.cards)
        try o.context.removeCard(of: o.user, with: o.stripe.cards)
        try till.saveCard("pm_2")
        try await o.meter.tick()
        let target = try ScratchFolder()
        let report = try BackupFolder(path: o.context.settings.backup.directory).restore(
            to: target.path, snapshot: nil, environment: o.store.world.environment)
        #expect(report.verification.isSound && report.remarks.isEmpty && report.batches > 0)
        let books = try Database(path: target["outlet.db"])
        let (kept, left) = (Set(try rows(books)), Set(try rows(o.context.database)))
        #expect(kept == left, "\(kept.symmetricDifference(left).sorted())")
    }
}
