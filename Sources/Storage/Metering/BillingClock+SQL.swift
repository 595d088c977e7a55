import Domain

extension ReadSession {
    /// Nil until the first write of an outlet's life.
    package func billingClock() throws -> BillingClock? {
        try values("SELECT boot_id, offset_ms, billing_ms, realtime_ms FROM clock WHERE id = 1") {
            BillingClock(
                bootID: try $0.text(), offset: try $0.int(), billing: try $0.int(), wall: try $0.int())
        }.first
    }
}

extension Transaction {
    package func insert(_ clock: BillingClock) throws {
        try run(
            """
            INSERT INTO clock (id, boot_id, offset_ms, billing_ms, realtime_ms)
            VALUES (1, \(clock.bootID), \(clock.offset), \(clock.billing), \(clock.wall))
            """)
    }

    package func update(_ clock: BillingClock) throws {
        try run(
            """
            UPDATE clock SET boot_id = \(clock.bootID), offset_ms = \(clock.offset), billing_ms = \(clock.billing),
                             realtime_ms = \(clock.wall)
             WHERE id = 1
            """)
    }
}
