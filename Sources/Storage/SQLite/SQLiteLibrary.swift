import CSupport

/// What is set for all connections of the process, before the first.
enum SQLiteLibrary {
    private static let isPrepared: Void = { _ = outlet_sqlite_count_nothing() }()

    /// SQLite keeps no statistics of its memory: each piece that any thread took or gave back was counted under one lock,
    /// for which sixteen threads stood in line.
    static func prepare() { isPrepared }
}
