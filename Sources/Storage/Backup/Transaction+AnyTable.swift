// Rows of a backup name their own table and columns. The names of tables come from `BackupTables`; those of columns are
// checked, since a file may hold anything.
extension Transaction {
    func insert(into table: String, _ columns: [String: SQL.Value]) throws {
        let columns = columns.sorted { $0.key < $1.key }
        var sql = SQL(stringLiteral: "INSERT INTO \(table) (\(try names(columns.map(\.key)))) VALUES (")
        for (index, column) in columns.enumerated() {
            sql = index == 0 ? "\(sql)\(column.value)" : "\(sql), \(column.value)"
        }
        try run("\(sql))")
    }

    func update(_ table: String, _ columns: [String: SQL.Value], where key: String, is id: String) throws {
        var sql = SQL(stringLiteral: "UPDATE \(table) SET ")
        for (index, column) in columns.sorted(by: { $0.key < $1.key }).enumerated() {
            let name = SQL(stringLiteral: (index == 0 ? "" : ", ") + (try names([column.key])) + " = ")
            sql = "\(sql)\(name)\(column.value)"
        }
        try run("\(sql)\(match(key, id))")
    }

    func delete(from table: String, where key: String, is id: String) throws {
        try run("\(SQL(stringLiteral: "DELETE FROM \(table)"))\(match(key, id))")
    }

    func has(_ table: String, where key: String, is id: String) throws -> Bool {
        try row("\(SQL(stringLiteral: "SELECT 1 AS one FROM \(table)"))\(match(key, id))") != nil
    }

    private func match(_ key: String, _ id: String) -> SQL {
        "\(SQL(stringLiteral: " WHERE \(key) = "))\(id)"
    }

    private func names(_ columns: [String]) throws -> String {
        for name in columns where !name.utf8.allSatisfy(Self.isOfColumn) {
            throw ReplayFault(description: "'\(name)' is no name of a column")
        }
        return columns.joined(separator: ", ")
    }

    /// Lower-case letters, digits and underscores.
    private static func isOfColumn(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte) || byte == 95
    }
}

extension SQL.Value: SQLConvertible {
    package var sqlValue: SQL.Value { self }
}
