import Domain
import Storage

/// What `verify` found. No fault: every row of the books follows from the first.
package struct VerifyReport: Hashable, Sendable {
    package var linesChecked = 0  // Lines of all wallets.
    package var rowsChecked = 0  // Lines, transfers and usage.
    package var sealsChecked = 0
    package var root: [UInt8]?  // The hash of the newest seal.
    /// The first wrong row of the books; before it, what is wrong with the schema. Of a damaged file, only the damage.
    package var faults: [Fault] = []

    package var isSound: Bool { faults.isEmpty }
}

extension Context {
    /// Recomputes the books from their first row. Changes nothing, and holds up no writer: it reads one snapshot, row
    /// by row, and remembers a few figures of each wallet and of each rental that is not over.
    ///
    /// Behind the first wrong row hardly any follows, so that is the one it names. Rows under a seal are compared with
    /// it first: what was changed is found as itself, and not by what no longer follows from it.
    /// - Parameter pages: how closely the file is looked at before; nil when somebody has just done so.
    package func verify(pages: PageCheck? = .quick) throws -> VerifyReport {
        var report = VerifyReport()
        if let pages {
            let file = database.path.split(separator: "/").last ?? ""
            report.faults = try database.damage(pages).map { Fault("file", file, "is damaged: \($0)") }
            guard report.isSound else { return report }
        }
        if try database.schemaFingerprint() != Database.expectedSchemaFingerprint() {
            report.faults.append(
                Fault("schema", "", "is not as this release makes it: a guard may be missing or changed"))
        }
        try database.read { session in
            do {
                report.sealsChecked = try checkSeals(in: session, newest: &report.root)
                for check in Check.beforeReplay { try check.run(in: session) }
                var replay = try Replay(session)
                try replay.run()
                report.linesChecked = replay.lines.count
                report.rowsChecked = replay.lines.count + replay.transfers.count + replay.usages.count
                for check in Check.afterReplay { try check.run(in: session) }
                try checkExhaustion(in: session)
            } catch let fault as Fault {
                report.faults.append(fault)
            }
        }
        return report
    }
}

/// One thing that must hold for every row of a table, asked in one statement. `query` answers the first row of which
/// it does not: its `table`, its name as `number`, and what is `wrong` with it.
struct Check: Sendable {
    let query: SQL

    init(_ query: SQL) { self.query = query }

    func run(in session: any ReadSession) throws {
        guard let row = try session.row(query) else { return }
        let name =
            switch row.value("number") {
            case .integer(let number): "\(number)"
            default: row.text("number")
            }
        throw Fault(row.text("table"), name, row.text("wrong"))
    }

    static let beforeReplay = movements + milestones + accounts
    static let afterReplay = payments
}
