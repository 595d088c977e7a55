import Domain
import GRDB

extension Database {
    /// Copies the whole database, as it is at one moment, into a new file. Writers go on meanwhile, but this connection
    /// waits: take one of its own. The copy is not on the disk for certain before it is synced.
    package func copy(to path: String) throws {
        try withoutGuard { try $0.execute(sql: "VACUUM INTO ?", arguments: [path]) }
    }

    /// What SQLite finds wrong with the file itself; nil when nothing is.
    package func damage() throws -> String? {
        let answer = try read { try $0.rows("PRAGMA quick_check(1)") }.first?.text("quick_check")
        return answer == "ok" ? nil : answer ?? "no answer"
    }
}
