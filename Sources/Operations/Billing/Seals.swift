import Domain
import Storage

/// The root of one day (UTC): the hash of its last seal, which stands on all that was ever sealed before.
package struct DayRootView: Sendable {
    package let day: Instant  // Its first second.
    package let root: [UInt8]  // 32 bytes.
    package let seal: Int64  // The number of that seal.
    package let sealedAt: Instant
    package let isFinal: Bool  // The day is over: this root never changes.
}

extension Context {
    /// The roots of days on which something was sealed, newest first. A cursor is the day last read.
    /// - Throws: `CursorRefusal`.
    package func dayRoots(cursor: String?, pageSize: Int) throws -> Page<DayRootView> {
        let before = try cursor.map { text in
            guard let day = Instant(iso8601: text), text.utf8.count == 10 else { throw CursorRefusal() }
            return day
        }
        return try database.read { session in
            let today = try now(in: session).day
            let rows = try session.rows(
                """
                SELECT s.id, s.sealed_at_s, s.hash
                  FROM (SELECT MAX(id) AS id
                          FROM seal
                         WHERE sealed_at_s < \(before ?? today + Seconds(86_400))
                         GROUP BY sealed_at_s / 86400
                         ORDER BY sealed_at_s / 86400 DESC
                         LIMIT \(pageSize + 1)) AS newest
                  JOIN seal s ON s.id = newest.id
                 ORDER BY s.id DESC
                """
            ).map { row in
                let sealedAt = row.instant("sealed_at_s")
                return DayRootView(
                    day: sealedAt.day, root: row.blob("hash"), seal: row.int("id"), sealedAt: sealedAt,
                    isFinal: sealedAt.day < today)
            }
            let items = Array(rows.prefix(pageSize))
            let next = rows.count > pageSize ? items.last.map { String($0.day.iso8601.prefix(10)) } : nil
            return Page(items: items, next: next)
        }
    }
}
