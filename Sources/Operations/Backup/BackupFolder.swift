import Domain
import Foundation
import Glibc
import Storage

/// A folder of backups: `outlet-<time>.db` is a snapshot, with what is known of it in `outlet-<time>.json`;
/// `segment-<time>.jsonl` holds what came after.
package struct BackupFolder: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// A whole snapshot. Its note is on the disk before it has its name.
    package struct Snapshot: Hashable, Sendable {
        package let name: String  // `outlet-20260607T081422Z.db`
        package let path: String
        package let takenAt: Instant

        var notePath: String { String(path.dropLast(3)) + ".json" }
    }

    /// Oldest first.
    package func snapshots() throws -> [Snapshot] {
        try names(from: "outlet-", to: ".db").map { name, instant in
            Snapshot(name: name, path: "\(path)/\(name)", takenAt: instant)
        }
    }

    /// The paths of all segments, oldest first.
    package func segments() throws -> [(path: String, begunAt: Instant)] {
        try names(from: "segment-", to: ".jsonl").map { ("\(path)/\($0)", $1) }
    }

    func snapshotPath(at instant: Instant) -> String { "\(path)/outlet-\(instant.compact).db" }
    func segmentPath(at instant: Instant) -> String { "\(path)/segment-\(instant.compact).jsonl" }

    /// Makes it, for its owner only.
    func prepare() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw FileFault("make the folder", path, code: ENOTDIR) }
    }

    /// Removes what a crash left half written, and what is no longer kept. Segments go on from a snapshot that is kept.
    func tidy(newest: Int, days: Int) throws {
        for name in try contents() where name.hasSuffix(".partial") { try remove("\(path)/\(name)") }
        let snapshots = try snapshots()
        let kept = keptSnapshots(snapshots.map(\.takenAt), newest: newest, days: days)
        for snapshot in snapshots where !kept.contains(snapshot.takenAt) {
            try remove(snapshot.path)
            try remove(snapshot.notePath)
        }
        guard let oldest = snapshots.suffix(newest).first?.takenAt else { return }
        for segment in try segments() where segment.begunAt < oldest { try remove(segment.path) }
    }

    private func remove(_ file: String) throws {
        guard unlink(file) == 0 || errno == ENOENT else { throw FileFault("remove", file) }
    }

    private func names(from prefix: String, to suffix: String) throws -> [(String, Instant)] {
        try contents().filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }.sorted().compactMap { name in
            Instant(compact: String(name.dropFirst(prefix.count).dropLast(suffix.count))).map { (name, $0) }
        }
    }

    private func contents() throws -> [String] {
        do { return try FileManager.default.contentsOfDirectory(atPath: path) } catch {
            if access(path, F_OK) != 0 { return [] }
            throw FileFault("read the folder", path, code: EACCES)
        }
    }
}

extension Instant {
    /// `20260607T081422Z`, as in the names of backups.
    fileprivate var compact: String { iso8601.replacing("-", with: "").replacing(":", with: "") }

    fileprivate init?(compact text: String) {
        let characters = Array(text)
        guard characters.count == 16 else { return nil }
        func part(_ range: Range<Int>) -> String { String(characters[range]) }
        let time = "\(part(8..<11)):\(part(11..<13)):\(part(13..<16))"
        self.init(iso8601: "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))\(time)")
    }
}
