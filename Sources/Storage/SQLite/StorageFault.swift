import GRDB

/// The device failed, or a file is not what SQLite left there. Nobody knows then what reached the disk, so whoever
/// meets it stops at once, and whoever starts next checks. A full disk is no such fault: see `DiskFull`.
package struct StorageFault: Error, Hashable, CustomStringConvertible, Sendable {
    package let path: String
    package let reason: String

    /// Nil for every other error.
    init?(_ error: any Error, path: String) {
        let damage: [ResultCode] = [.SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB]
        guard let error = error as? DatabaseError, damage.contains(error.resultCode),
            // No room for the index of the log: nothing was written.
            error.extendedResultCode != .SQLITE_IOERR_SHMSIZE
        else { return nil }
        self.path = path
        reason = "\(error.message ?? "no message") (SQLite \(error.extendedResultCode.rawValue))"
    }

    package var description: String { "\(path): \(reason)" }
}

/// There was no room for a write: its transaction is undone, and nothing else happened. The next may find room again.
package struct DiskFull: Error, Hashable, CustomStringConvertible, Sendable {
    package let path: String

    init(path: String) { self.path = path }

    /// Nil for every other error.
    init?(_ error: any Error, path: String) {
        guard let error = error as? DatabaseError,
            error.resultCode == .SQLITE_FULL || error.extendedResultCode == .SQLITE_IOERR_SHMSIZE
        else { return nil }
        self.path = path
    }

    package var description: String { "\(path): no room is left on the disk" }
}
