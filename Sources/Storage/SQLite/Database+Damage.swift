import Domain

/// How closely SQLite looks at its file.
package enum PageCheck: String, Sendable {
    case quick = "quick_check"  // Every page and every row.
    /// Also whether each index says what its table says; takes several times as long.
    case full = "integrity_check"
}

extension Database {
    /// What SQLite finds wrong with the file itself: the first five things.
    package func damage(_ check: PageCheck = .quick) throws -> [String] {
        try read { try $0.rows(SQL(stringLiteral: "PRAGMA \(check.rawValue)(5)")) }
            .map { $0.text(check.rawValue) }.filter { $0 != "ok" }
    }
}
