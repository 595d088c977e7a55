import Domain

/// A row of `idempotency` as others than its own transaction see it: answered.
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
    package let answer: Answer

    init(_ row: Row) {
        route = row.text("route")
        bodyHash = row.blob("body_hash")
        answer = Answer(status: Int(row.int("status")), headers: row.text("headers"), body: row.blob("body"))
    }
}

extension ReadSession {
    /// The row of a request that was answered and has claimed the key after `horizon`.
    package func idempotency(key: String, user: ID<User>, after horizon: Instant) throws -> IdempotencyRow? {
        try row(
            """
            SELECT route, body_hash, status, headers, body FROM idempotency
             WHERE user_id = \(user) AND key = \(key) AND started_at_s > \(horizon) AND status IS NOT NULL
            """
        ).map(IdempotencyRow.init)
    }
}

extension Transaction {
    /// Claims a key. Nil when that succeeds, else the row of the request that has claimed it after `horizon`.
    /// An engine that lets two write at once makes the second wait here for the first one's end.
    package func claimIdempotency(
        key: String, route: String, bodyHash: [UInt8], user: ID<User>, at: Instant,
        unlessAfter horizon: Instant
    ) throws -> IdempotencyRow? {
        let claimed = try run(
            """
            INSERT INTO idempotency (user_id, key, route, body_hash, started_at_s)
            VALUES (\(user), \(key), \(route), \(bodyHash), \(at))
            ON CONFLICT (user_id, key) DO UPDATE
               SET route = excluded.route, body_hash = excluded.body_hash, started_at_s = excluded.started_at_s,
                   status = NULL, headers = NULL, body = NULL
             WHERE idempotency.started_at_s <= \(horizon) OR idempotency.status IS NULL
            """)
        guard claimed == 0 else { return nil }
        return try row(
            """
            SELECT route, body_hash, status, headers, body FROM idempotency
             WHERE user_id = \(user) AND key = \(key)
            """
        ).map(IdempotencyRow.init)
    }

    package func answerIdempotency(key: String, user: ID<User>, _ answer: IdempotencyRow.Answer) throws {
        try run(
            """
            UPDATE idempotency SET status = \(answer.status), headers = \(answer.headers), body = \(answer.body)
             WHERE user_id = \(user) AND key = \(key)
            """)
    }

    package func forgetIdempotency(startedBefore: Instant) throws {
        try run("DELETE FROM idempotency WHERE started_at_s < \(startedBefore)")
    }
}
