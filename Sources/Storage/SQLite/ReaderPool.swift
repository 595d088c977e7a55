import Synchronization

/// Connections to read from: one at once, more when all are in use; they are kept. The one that was given back last is taken
/// first: what it read is still in its memory, and the rest need none.
final class ReaderPool: Sendable {
    private let idle: Mutex<[ReadConnection]>
    private let make: @Sendable () throws -> ReadConnection

    /// - Throws: what `make` throws.
    init(_ make: @escaping @Sendable () throws -> ReadConnection) throws {
        self.make = make
        idle = Mutex([try make()])
    }

    /// - Throws: what `body` throws; `DatabaseError`.
    func read<Answer>(_ body: (SQLiteReading) throws -> Answer) throws -> Answer {
        let connection = try idle.withLock { $0.popLast() } ?? make()
        defer { idle.withLock { $0.append(connection) } }
        return try connection.read(body)
    }
}
