import Domain

extension ReadSession {
    /// Nil until the first write of an outlet's life.
    package func billingClock() throws -> BillingClock? {
        try row("SELECT boot_id, offset_ms, billing_ms, realtime_ms FROM clock WHERE id = 1").map {
            BillingClock(
                bootID: $0.text("boot_id"), offset: $0.int("offset_ms"), billing: $0.int("billing_ms"),
                wall: $0.int("realtime_ms"))
        }
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
