import Synchronization

/// Connections to read from: one at once, more when all are in use; they are kept. The first that is free is taken, so
/// that few readers share what few connections have in memory.
///
/// Without a lock: a thread that lost its processor while it had one made all others queue up behind it, and then they
/// went on queueing, a change of threads with each reading.
final class ReaderPool: Sendable {
    /// A place for a connection that nobody uses.
    private final class Slot: @unchecked Sendable {
        // Unchecked: a pointer, which one thread takes out and then has alone.
        private let content = Atomic<UnsafeMutableRawPointer?>(nil)

        deinit { _ = take() }

        func take() -> ReadConnection? {
            guard content.load(ordering: .relaxed) != nil else { return nil }
            return content.exchange(nil, ordering: .acquiring).map {
                Unmanaged<ReadConnection>.fromOpaque($0).takeRetainedValue()
            }
        }

        /// Whether there was room.
        func keep(_ connection: ReadConnection) -> Bool {
            let reference = Unmanaged.passRetained(connection)
            let isKept = content.compareExchange(
                expected: nil, desired: reference.toOpaque(), ordering: .releasing
            ).exchanged
            if !isKept { reference.release() }
            return isKept
        }
    }

    private let slots = (0..<ReaderPool.mostIdle).map { _ in Slot() }
    private let make: @Sendable () throws -> ReadConnection

    private static let mostIdle = 16

    /// - Throws: what `make` throws.
    init(_ make: @escaping @Sendable () throws -> ReadConnection) throws {
        self.make = make
        keep(try make())
    }

    /// - Throws: what `body` throws; `DatabaseError`.
    func read<Answer>(_ body: (SQLiteReading) throws -> Answer) throws -> Answer {
        let connection = try takeIdle() ?? make()
        defer { keep(connection) }
        return try connection.read(body)
    }

    private func takeIdle() -> ReadConnection? {
        for slot in slots {
            if let connection = slot.take() { return connection }
        }
        return nil
    }

    /// One too many is closed.
    private func keep(_ connection: ReadConnection) {
        for slot in slots where slot.keep(connection) { return }
    }
}
