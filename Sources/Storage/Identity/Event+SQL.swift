import Domain

extension Transaction {
    /// Adds a line to the audit trail; it stays for ever.
    /// - Parameters:
    ///   - type: `rental.launched`, `key.added`, …
    ///   - message: For people; no secrets.
    ///   - actor: Who did it: `user`, `token:tok_…`, `operator:ada` or `outlet`.
    ///   - address: Where a request came from.
    package func record(
        _ type: String, id: ID<Event>, user: ID<User>?, rental: ID<Rental>?, message: String, actor: String,
        at: Instant, address: String?, requestID: String?
    ) throws {
        try run(
            """
            INSERT INTO event (id, user_id, rental_id, type, message, actor, address, request_id, at_s)
            VALUES (\(id), \(user), \(rental), \(type), \(message), \(actor), \(address), \(requestID), \(at))
            """)
    }
}
