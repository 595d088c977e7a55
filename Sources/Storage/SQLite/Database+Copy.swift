import Domain
import GRDB

extension Database {
    /// Copies the whole database, as it is at one moment, into a new file. Writers go on meanwhile, but those of this
    /// `Database` wait: open another for it. The copy is not on the disk for certain before it is synced.
    /// - Throws: `DiskFull` where the copy is to be; `DatabaseError`; `StorageFault`.
    package func copy(to path: String) throws {
        do {
            try withoutGuard { try $0.execute(sql: "VACUUM INTO ?", arguments: [path]) }
        } catch is DiskFull {
            throw DiskFull(path: path)
        }
    }
}
