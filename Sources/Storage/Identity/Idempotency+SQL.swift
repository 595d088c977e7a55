import Domain

/// A row of `idempotency`.
package struct IdempotencyRow: Hashable, Sendable {
    package struct Answer: Hashable, Sendable {
        package let status: Int
        package let headers: String  // JSON
        package let body: [UInt8]

        package init(status: Int, headers: String, body: [UInt8]) {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }

    package let route: String
    package let bodyHash: [UInt8]
    package let startedAt: Instant
    package let answer: Answer?  // Nil while the first request runs.

    init(_ row: Row) {
        route = row.text("route")
        bodyHash = row.blob("body_hash")
        startedAt = row.instant("started_at_s")
        answer = row.optionalInt("status").map {
            Answer(status: Int($0), headers: row.text("headers"), body: row.blob("body"))
        }
    }
}

extension ReadSession {
    package func idempotency(key: String, user: ID<User>) throws -> IdempotencyRow? {
        try row(
            """
            SELECT route, body_hash, started_at_s, status, headers, body FROM idempotency
            WHERE user_id = \(user) AND key = \(key)
            """
        ).map(IdempotencyRow.init)
    }
}

extension Transaction {
    package func startIdempotency(
        key: String, route: String, bodyHash: [UInt8], user: ID<User>, at: Instant
    ) throws {
        try run(
            """
            INSERT INTO idempotency (user_id, key, route, body_hash, started_at_s)
            VALUES (\(user), \(key), \(route), \(bodyHash), \(at))
            """)
    }

    package func answerIdempotency(key: String, user: ID<User>, _ answer: IdempotencyRow.Answer) throws {
        try run(
            """
            UPDATE idempotency SET status = \(answer.status), headers = \(answer.headers), body = \(answer.body)
            WHERE user_id = \(user) AND key = \(key) AND status IS NULL
            """)
    }

    /// Forgets a key, unless it has its answer.
    package func abandonIdempotency(key: String, user: ID<User>) throws {
        try run("DELETE FROM idempotency WHERE user_id = \(user) AND key = \(key) AND status IS NULL")
    }

    package func deleteIdempotency(key: String, user: ID<User>) throws {
        try run("DELETE FROM idempotency WHERE user_id = \(user) AND key = \(key)")
    }

    package func forgetIdempotency(startedBefore: Instant) throws {
        try run("DELETE FROM idempotency WHERE started_at_s < \(startedBefore)")
    }
}
