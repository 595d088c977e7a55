import Domain

// Counts of requests. They live in the ephemeral file: losing them forgives, nothing more.

extension Database {
    /// Makes the tables of the ephemeral file when it is new.
    package func prepareEphemeral() throws {
        let isReady = try read {
            try $0.row("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'oauth_state'")
                != nil
        }
        guard !isReady else { return }
        _ = try writeSchema {
            try $0.run(
                """
                CREATE TABLE IF NOT EXISTS request_count (
                    subject     TEXT NOT NULL,
                    window_s    INTEGER NOT NULL,
                    starts_at_s INTEGER NOT NULL,
                    tenths      INTEGER NOT NULL CHECK (tenths >= 0),
                    PRIMARY KEY (subject, window_s)
                ) STRICT, WITHOUT ROWID
                """)
            try $0.run(
                """
                CREATE TABLE IF NOT EXISTS oauth_state (
                    state_hash   BLOB NOT NULL PRIMARY KEY CHECK (length(state_hash) = 32),
                    provider     TEXT NOT NULL,
                    expires_at_s INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID
                """)
        }
    }
}

extension ReadSession {
    /// Tenths of requests counted for `subject` in the window of this length that starts at `start`.
    package func requestCount(of subject: String, window: Seconds, startingAt start: Instant) throws -> Int64
    {
        guard let count = try requestCount(of: subject, window: window), count.start == start else {
            return 0
        }
        return count.tenths
    }
}

extension ReadSession {
    /// The newest window of this length, and what was counted in it.
    package func requestCount(of subject: String, window: Seconds) throws -> (start: Instant, tenths: Int64)?
    {
        try row(
            "SELECT starts_at_s, tenths FROM request_count WHERE subject = \(subject) AND window_s = \(window)"
        ).map { ($0.instant("starts_at_s"), $0.int("tenths")) }
    }
}

extension Transaction {
    /// Sets the count of a window; an older window of the same length is forgotten by it.
    package func setRequestCount(
        _ tenths: Int64, of subject: String, window: Seconds, startingAt start: Instant
    ) throws {
        try run(
            """
            INSERT INTO request_count (subject, window_s, starts_at_s, tenths)
            VALUES (\(subject), \(window), \(start), \(tenths))
            ON CONFLICT (subject, window_s) DO UPDATE SET starts_at_s = excluded.starts_at_s, tenths = excluded.tenths
            """)
    }

    package func forgetRequestCounts(startedBefore: Instant) throws {
        try run("DELETE FROM request_count WHERE starts_at_s < \(startedBefore)")
    }
}
