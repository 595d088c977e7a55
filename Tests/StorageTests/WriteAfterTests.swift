import Domain
import Storage
import TestSupport
import Testing

@Suite struct `A write after another` {
    private func clock(_ milliseconds: Int64) -> BillingClock {
        BillingClock(bootID: "boot", offset: 0, billing: milliseconds, wall: milliseconds)
    }

    /// The clock stands at 1 and is moved to 2; then `body`.
    private func billing(after body: (any Transaction) throws -> Void) throws -> Int64? {
        let folder = try ScratchFolder()
        let database = try Database(path: folder["outlet.db"])
        try database.migrate()
        try database.write { try $0.insert(clock(1)) }
        try database.write(after: { try $0.update(clock(2)) }) { transaction, _ in
            #expect(try transaction.billingClock()?.billing == 2)
            try body(transaction)
        }
        return try database.read { try $0.billingClock()?.billing }
    }

    @Test func `is kept together with it, and alone it is not`() throws {
        #expect(try billing { _ in } == 1)
        #expect(try billing { session in try session.run("DELETE FROM effect WHERE done_at_ms < 0") } == 1)
        #expect(
            try billing { session in
                try session.run(
                    "INSERT INTO lease (name, epoch, holder, expires_at_ms) VALUES ('meter', 1, 'a:1', 1)")
            } == 2)
    }

    @Test func `is undone alone inside of a larger one`() throws {
        let folder = try ScratchFolder()
        let database = try Database(path: folder["outlet.db"])
        try database.migrate()
        try database.joined { joined, transaction in
            try transaction.insert(clock(1))
            try joined.write(after: { try $0.update(clock(2)) }) { _, _ in }
        }
        #expect(try database.read { try $0.billingClock()?.billing } == 1)
    }
}
