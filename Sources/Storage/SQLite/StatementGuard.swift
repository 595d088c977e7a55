import CSupport
import GRDB

/// What no statement of the outlet does, whoever wrote it: SQLite asks here before it prepares one.
///
/// The schema's triggers guard the rows. This guards the triggers, and is a second reason against a change of what
/// was posted. It takes the place of GRDB's own authorizer, which serves its observers: there are none.
enum StatementGuard {
    /// History: rows come, and stay as they are.
    private static let appendOnly: Set = [
        "usage", "transfer", "ledger_entry", "event", "migration", "movement",
    ]
    /// Rows that change, and are never removed.
    private static let kept: Set = [
        "wallet", "account", "rental", "attempt", "renter", "listing", "clock", "lease",
    ]
    /// Columns that only the schema itself moves, by the trigger named.
    private static let movedByTrigger = [
        "account": ["*": "transfer_moves_balances"],
        "rental": ["billed_s": "usage_posts"],
    ]
    /// Settings that would take a guard away, or let a commit be lost.
    private static let fixedSettings: Set = [
        "writable_schema", "ignore_check_constraints", "foreign_keys", "defer_foreign_keys",
        "recursive_triggers", "trusted_schema", "cell_size_check", "journal_mode", "synchronous",
        "wal_autocheckpoint", "schema_version",
    ]

    /// Turns the guard of one connection on; or off, for a migration.
    static func set(_ isOn: Bool, on connection: OpaquePointer) throws {
        let status = outlet_sqlite_authorize(
            UnsafeMutableRawPointer(connection),
            isOn
                ? { _, action, first, second, _, trigger in
                    StatementGuard.allows(
                        action, first.map(String.init(cString:)) ?? "", second.map(String.init(cString:)),
                        within: trigger.map(String.init(cString:))) ? 0 : 1  // SQLITE_OK, SQLITE_DENY
                } : nil)
        guard status == 0 else { throw DatabaseError(message: "SQLite takes no authorizer") }
    }

    /// - Parameters:
    ///   - first: a table, or a setting; `second`: a column, or the new value of the setting.
    ///   - trigger: the innermost trigger or view that the statement runs in.
    static func allows(_ action: Int32, _ first: String, _ second: String?, within trigger: String?) -> Bool {
        switch Action(rawValue: action) {
        case .delete: return !appendOnly.contains(first) && !kept.contains(first)
        case .insert: return first != "movement"
        case .update:
            guard !appendOnly.contains(first) else { return false }
            let columns = movedByTrigger[first] ?? [:]
            return (columns[second ?? ""] ?? columns["*"]).map { $0 == trigger } ?? true
        case .pragma: return second == nil || !fixedSettings.contains(first.lowercased())
        case .attach, .detach, .alterTable: return false
        case nil: return !schemaChanges.contains(action)
        }
    }

    /// Codes of sqlite3_set_authorizer(3).
    private enum Action: Int32 {
        case delete = 9, insert = 18, pragma = 19, update = 23, attach = 24, detach = 25, alterTable = 26
    }

    /// CREATE and DROP of tables, indexes, triggers, views and virtual tables, temporary ones too.
    private static let schemaChanges: Set<Int32> = Set(1...8).union(10...17).union(29...30)
}
