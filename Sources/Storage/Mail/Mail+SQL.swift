import Domain

/// A letter that waits in `mail`.
package struct WaitingMail: Hashable, Sendable {
    package let id: Int64
    package let purpose: String
    package let recipient: String
    package let message: [UInt8]  // Sealed.
    package let tries: Int
    package let createdAt: Instant
    package let expiresAt: Instant

    init(_ row: Row) {
        id = row.int("id")
        purpose = row.text("purpose")
        recipient = row.text("recipient")
        message = row.blob("message")
        tries = Int(row.int("tries"))
        createdAt = row.instant("created_at_s")
        expiresAt = row.instant("expires_at_s")
    }
}

/// A letter that nobody got.
package struct DeadLetter: Hashable, Sendable {
    package let purpose: String
    package let recipient: String
    package let tries: Int
    package let error: String
    package let givenUpAt: Instant
}

extension ReadSession {
    /// Letters to hand over now, the longest due first.
    package func mailDue(at: Instant, limit: Int) throws -> [WaitingMail] {
        try rows(
            """
            SELECT id, purpose, recipient, message, tries, created_at_s, expires_at_s FROM mail
            WHERE message IS NOT NULL AND due_at_s <= \(at) ORDER BY due_at_s, id LIMIT \(limit)
            """
        ).map(WaitingMail.init)
    }

    /// How many letters wait, since when the oldest of them does, and what the newest one that failed says.
    package func mailWaiting() throws -> (count: Int64, oldest: Instant?, lastError: String?) {
        let row = try row(
            """
            SELECT COUNT(*) AS n, MIN(created_at_s) AS oldest,
                   (SELECT error FROM mail WHERE message IS NOT NULL AND error IS NOT NULL
                     ORDER BY id DESC LIMIT 1) AS last_error
            FROM mail WHERE message IS NOT NULL
            """)!
        return (row.int("n"), row.optionalInstant("oldest"), row.optionalText("last_error"))
    }

    /// Those given up since an instant, newest first.
    package func deadLetters(since: Instant) throws -> [DeadLetter] {
        try rows(
            """
            SELECT purpose, recipient, tries, error, given_up_at_s FROM mail
            WHERE message IS NULL AND given_up_at_s >= \(since) ORDER BY given_up_at_s DESC, id DESC
            """
        ).map {
            DeadLetter(
                purpose: $0.text("purpose"), recipient: $0.text("recipient"), tries: Int($0.int("tries")),
                error: $0.optionalText("error") ?? "", givenUpAt: $0.instant("given_up_at_s"))
        }
    }
}

extension Transaction {
    package func addMail(
        _ purpose: String, to recipient: EmailAddress, message: [UInt8], at: Instant, expiresAt: Instant
    ) throws {
        try run(
            """
            INSERT INTO mail (purpose, recipient, message, created_at_s, due_at_s, expires_at_s)
            VALUES (\(purpose), \(recipient.text), \(message), \(at), \(at), \(expiresAt))
            """)
    }

    /// Takes a letter for one attempt: should that never end, the letter is due again at `again`.
    /// False when it is no longer there to take.
    package func claimMail(_ id: Int64, tries: Int, again: Instant) throws -> Bool {
        try run(
            """
            UPDATE mail SET tries = tries + 1, due_at_s = \(again)
            WHERE id = \(id) AND tries = \(tries) AND message IS NOT NULL
            """) == 1
    }

    package func mailWasSent(_ id: Int64, at: Instant) throws {
        try run(
            "UPDATE mail SET message = NULL, error = NULL, sent_at_s = \(at) WHERE id = \(id) AND message IS NOT NULL"
        )
    }

    package func mailFailed(_ id: Int64, error: String, again: Instant) throws {
        try run(
            """
            UPDATE mail SET error = \(error.shortened), due_at_s = \(again)
            WHERE id = \(id) AND message IS NOT NULL
            """)
    }

    package func giveUpMail(_ id: Int64, error: String, at: Instant) throws {
        try run(
            """
            UPDATE mail SET message = NULL, error = \(error.shortened), given_up_at_s = \(at)
            WHERE id = \(id) AND message IS NOT NULL
            """)
    }

    /// Forgets letters that ended before an instant.
    package func forgetMail(endedBefore: Instant) throws {
        try run(
            "DELETE FROM mail WHERE message IS NULL AND COALESCE(sent_at_s, given_up_at_s) < \(endedBefore)")
    }
}

extension String {
    /// As long as the schema takes it.
    fileprivate var shortened: String { String(String.UnicodeScalarView(unicodeScalars.prefix(500))) }
}
