import Domain

/// What a seal says of itself.
package struct SealHeader: Hashable, Sendable {
    package let number: Int64  // From 1, without a gap.
    package let sealedAt: Int64  // Seconds since 1970, billing time.
    package let ends: [Int64]  // The last row under it of each table, in the order of `SealedTable`.

    package init(number: Int64, sealedAt: Int64, ends: [Int64]) {
        precondition(ends.count == SealedTable.allCases.count, "a seal has an end for each table")
        self.number = number
        self.sealedAt = sealedAt
        self.ends = ends
    }

    package static let columns =
        "id, sealed_at_s, account_to, milestone_to, usage_to, transfer_to, ledger_entry_to, hash"

    /// From an answer with `columns`.
    package init(_ cells: Cells) throws {
        self.init(number: try cells.int(0), sealedAt: try cells.int(1), ends: try (2...6).map(cells.int))
    }
}

extension ReadSession {
    /// The last seal, and its hash.
    package func newestSeal() throws -> (header: SealHeader, hash: [UInt8])? {
        let newest: SQL =
            "SELECT \(SQL(stringLiteral: SealHeader.columns)) FROM seal ORDER BY id DESC LIMIT 1"
        return try cursor(newest).next().map { (try SealHeader($0), try $0.blob(7)) }
    }
}

extension Transaction {
    /// Puts a seal over the rows that have none yet, the oldest of each table first.
    /// - Parameter limit: as many rows at most, so that neither this nor a check of it needs much memory.
    /// - Returns: over how many rows; where there is none, no seal is made.
    package func sealRows(atMost limit: Int, at now: Instant) throws -> Int {
        let previous = try newestSeal()
        let starts = previous?.header.ends ?? SealedTable.allCases.map { _ in 0 }
        var room = Int64(limit)
        let ends = try zip(SealedTable.allCases, starts).map { table, start in
            let end = min(try lastNumber(of: table), start + room)
            room -= end - start
            return end
        }
        let count = Int(Int64(limit) - room)
        guard count > 0 else { return 0 }
        let header = SealHeader(
            number: (previous?.header.number ?? 0) + 1, sealedAt: now.secondsSince1970, ends: ends)
        var digest = SealDigest(of: header, after: previous?.hash)
        for (table, (start, end)) in zip(SealedTable.allCases, zip(starts, ends)) where start < end {
            let rows = try cursor(table.rows(after: start))
            for _ in start..<end {
                guard let cells = try rows.next() else { preconditionFailure("numbers have no gap") }
                try digest.add(cells, of: table)
            }
        }
        let (hash, digests) = digest.finish()
        try run(
            """
            INSERT INTO seal (id, sealed_at_s, account_to, milestone_to, usage_to, transfer_to, ledger_entry_to, hash, digests)
            VALUES (\(header.number), \(header.sealedAt), \(ends[0]), \(ends[1]), \(ends[2]), \(ends[3]), \(ends[4]),
                    \(hash), \(digests))
            """)
        return count
    }

    private func lastNumber(of table: SealedTable) throws -> Int64 {
        let text = "SELECT COALESCE(MAX(\(table.number)), 0) AS number FROM \(table.rawValue)"
        return try row(SQL(stringLiteral: text))!.int("number")
    }
}
