import Domain

extension Replay {
    /// All rows of a posting were written at one instant. When they were not, most are right; of two, the one that is
    /// nearer to the time in the line's id.
    /// - Throws: `Fault`.
    func checkTimes(of line: LineRow, _ legs: [TransferRow], _ usage: UsageRow? = nil) throws {
        var rows: [(time: Int64, fault: (String) -> Fault)] = legs.map { ($0.postedAt, $0.fault) }
        rows.append((line.postedAt, line.fault))
        if let usage { rows.append((usage.postedAt, usage.fault)) }
        guard rows.contains(where: { $0.time != rows[0].time }) else { return }
        func votes(_ time: Int64) -> Int { rows.count { $0.time == time } }
        let right = rows.map(\.time).max {
            (votes($0), -distance(line.id, to: $0)) < (votes($1), -distance(line.id, to: $1))
        }!
        let wrong = rows.first { $0.time != right }!
        throw wrong.fault(
            "is dated \(Instant(wrong.time).iso8601), the rest of ledger_entry \(line.number) \(Instant(right).iso8601)"
        )
    }

    /// How far the time in an id is from `time`, in seconds; without end for what is no id.
    func distance(_ id: String, to time: Int64) -> Int64 {
        guard ID<LedgerEntry>(id) != nil, let ulid = ULID(String(id.suffix(26))) else { return .max }
        return abs(Int64(ulid.high >> 16) / 1_000 - time)
    }
}
