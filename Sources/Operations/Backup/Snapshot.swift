import Crypto
import Domain
import Foundation
import Glibc
import Storage

/// What is known of a snapshot without opening it.
package struct SnapshotNote: Codable, Hashable, Sendable {
    package let site: String
    package let history: String
    package let position: BackupPosition
    package let bytes: Int
    package let sha256: String
    package let linesChecked: Int
    package let faults: [String]  // Of the books themselves; the copy is whole.
}

/// Why a snapshot is not to be used.
package struct SnapshotDamage: Error, CustomStringConvertible {
    package let description: String
}

extension Context {
    /// Copies the books into `folder` while everybody works on: a temporary file, checked and recomputed, then synced,
    /// and only then named. After trouble there is nothing of it, and the backups before stay.
    /// - Parameter progress: told what is done now, for people.
    /// - Throws: `FileFault`, `DiskFull`, `DatabaseError`, `SnapshotDamage`.
    package func takeSnapshot(in folder: BackupFolder, progress: (String) -> Void = { _ in }) throws
        -> (BackupFolder.Snapshot, SnapshotNote)
    {
        try folder.prepare()
        let takenAt = try database.read { try now(in: $0) }
        let path = folder.snapshotPath(at: takenAt)
        guard access(path, F_OK) != 0 else { throw FileFault("make", path, code: EEXIST) }
        let partial = "\(path).\(getpid()).partial"
        defer { unlink(partial) }
        progress("copying the books to \(path)")
        // Opened anew: others go on writing by this one.
        try Database(path: database.path).copy(to: partial)
        chmod(partial, 0o600)
        progress("checking and recomputing the copy")
        let note = try self.note(on: partial)
        progress("syncing it to the disk")
        try DurableFile.sync(partial)
        let snapshot = BackupFolder.Snapshot(
            name: (path as NSString).lastPathComponent, path: path, takenAt: takenAt)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try DurableFile.write(try encoder.encode(note), to: snapshot.notePath)
        try DurableFile.rename(partial, to: path)
        return (snapshot, note)
    }

    private func note(on copy: String) throws -> SnapshotNote {
        let books = try Database(reading: copy)
        let damage = try books.damage()
        guard damage.isEmpty else {
            throw SnapshotDamage(description: "the copy is damaged: \(damage.joined(separator: "; "))")
        }
        let report = try with(books).verify(pages: nil)
        let (sha256, bytes) = try contentHash(ofFile: copy)
        return try books.read { session in
            SnapshotNote(
                site: settings.site, history: try session.historyName(),
                position: try session.backupPosition(), bytes: bytes, sha256: sha256,
                linesChecked: report.linesChecked, faults: report.faults.map(\.description))
        }
    }

    /// The same outlet, on other books.
    private func with(_ books: Database) -> Context {
        Context(
            settings: settings, database: books, ephemeral: ephemeral, environment: environment, actor: actor)
    }
}

extension BackupFolder.Snapshot {
    /// Looks at the whole file.
    /// - Throws: `SnapshotDamage` when it is not what was written.
    package func check() throws -> SnapshotNote {
        guard let text = FileManager.default.contents(atPath: notePath),
            let note = try? JSONDecoder().decode(SnapshotNote.self, from: text)
        else { throw SnapshotDamage(description: "\(name) has no note \(notePath)") }
        let (sha256, bytes) = try contentHash(ofFile: path)
        guard bytes == note.bytes, sha256 == note.sha256 else {
            throw SnapshotDamage(description: "\(name) is not what was written: its SHA-256 differs")
        }
        return note
    }
}

/// SHA-256 and size of a file that nobody writes.
private func contentHash(ofFile path: String) throws -> (sha256: String, bytes: Int) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFault("open", path) }
    defer { close(descriptor) }
    var (hash, total) = (SHA256(), 0)
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        guard count >= 0 else { throw FileFault("read", path) }
        guard count > 0 else { return (hash.finalize().hexadecimal, total) }
        hash.update(data: buffer[..<count])
        total += count
    }
}
