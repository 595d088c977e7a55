import Domain

/// One lease that goes on.
package struct LiveLease: Hashable, Sendable {
    package let unit: String
    package let label: String
    package let takenAt: Instant
    package let isEnded: Bool
}

extension ReadSession {
    package func liveLeases(at provider: String) throws -> [LiveLease] {
        try rows(
            """
            SELECT unit, label, taken_at_s, ended_at_s FROM unit_lease
             WHERE provider = \(provider) AND released_at_s IS NULL
             ORDER BY id
            """
        ).map { row in
            LiveLease(
                unit: row.text("unit"), label: row.text("label"), takenAt: row.instant("taken_at_s"),
                isEnded: row.optionalInt("ended_at_s") != nil)
        }
    }

    package func leasedUnits() throws -> Set<String> {
        Set(try rows("SELECT unit FROM unit_lease WHERE released_at_s IS NULL").map { $0.text("unit") })
    }

    /// Whether the pod holds something, and none of it was ended.
    package func holdsUnits(_ label: String) throws -> Bool {
        try row(
            """
            SELECT 1 AS found FROM unit_lease WHERE label = \(label) AND released_at_s IS NULL
             AND NOT EXISTS (SELECT 1 FROM unit_lease WHERE label = \(label) AND ended_at_s IS NOT NULL)
             LIMIT 1
            """) != nil
    }

    package func isEnded(_ label: String) throws -> Bool {
        try row("SELECT 1 AS found FROM unit_lease WHERE label = \(label) AND ended_at_s IS NOT NULL LIMIT 1")
            != nil
    }
}

extension Transaction {
    /// False when another pod holds the unit.
    package func lease(_ unit: String, to label: String, at provider: String, now: Instant) throws -> Bool {
        try run(
            """
            INSERT INTO unit_lease (unit, provider, label, taken_at_s)
            VALUES (\(unit), \(provider), \(label), \(now))
            ON CONFLICT (unit) WHERE released_at_s IS NULL DO NOTHING
            """) == 1
    }

    package func endLeases(of label: String, now: Instant) throws {
        try run(
            """
            UPDATE unit_lease SET ended_at_s = \(now)
             WHERE label = \(label) AND ended_at_s IS NULL AND released_at_s IS NULL
            """)
    }

    package func releaseLeases(of label: String, now: Instant) throws {
        try run(
            "UPDATE unit_lease SET released_at_s = \(now) WHERE label = \(label) AND released_at_s IS NULL")
    }

    /// Those released before `end` have no more use.
    package func forgetLeases(before end: Instant) throws {
        try run("DELETE FROM unit_lease WHERE released_at_s < \(end)")
    }
}
