import Domain
import Storage

/// What `verify` found. No fault: every line of the books can be recomputed.
package struct VerifyReport: Sendable {
    package let linesChecked: Int  // Lines of all wallets.
    package let faults: [String]  // For each kind of wrong, the first row that is.

    package var isSound: Bool { faults.isEmpty }
}

extension Context {
    /// Recomputes the books from their rows alone, in one view of the database; changes nothing.
    package func verify() throws -> VerifyReport {
        let schema = try schemaFaults()
        return try database.read { session in
            let wrong = try Check.all.compactMap { check in
                try session.row(check.query).map { "\(check.claim): \($0.text("wrong"))" }
            }
            let lines = try session.row("SELECT COUNT(*) AS lines FROM ledger_entry")!.int("lines")
            return VerifyReport(linesChecked: Int(lines), faults: schema + wrong)
        }
    }

    private func schemaFaults() throws -> [String] {
        guard try database.schemaFingerprint() != Database.expectedSchemaFingerprint() else { return [] }
        return ["the schema is not the one of this release: a guard may be missing or changed"]
    }
}

/// One thing that must hold for every row. `query` answers what is not so, the first first, as text in `wrong`.
struct Check: Sendable {
    let claim: String  // Reads as what is wrong.
    let query: SQL

    static let all = accounts + usage + lines + rentals
}
