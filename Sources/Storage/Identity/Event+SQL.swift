import Domain

extension Transaction {
    /// Adds a line to the audit trail; it stays for ever.
    /// - Parameters:
    ///   - type: `rental.launched`, `key.added`, …
    ///   - message: For people; no secrets.
    ///   - actor: Who did it: `user`, `operator` or `meter`.
    package func record(
        _ type: String, id: ID<Event>, user: ID<User>?, rental: ID<Rental>?, message: String, actor: String,
        at: Instant,
        address: String? = nil, requestID: String? = nil
    ) throws {
        try run(
            """
            INSERT INTO event (id, user_id, rental_id, type, message, actor, address, request_id, at_s)
            VALUES (\(id), \(user), \(rental), \(type), \(message), \(actor), \(address), \(requestID), \(at))
            """)
    }
}
