import Configuration
import Domain
import Foundation
import Glibc
import Storage

/// Why nothing is restored.
package enum RestoreRefusal: Error, CustomStringConvertible {
    case nothingThere(folder: String)
    case noSuchSnapshot(String)
    case booksAreThere(path: String)
    /// The snapshot asked for, or the newest; the next older one may do.
    case damaged(String, older: String?)

    package var description: String {
        switch self {
        case .nothingThere(let folder): "there is no snapshot in \(folder)"
        case .noSuchSnapshot(let name): "there is no snapshot \(name); see 'outletctl backup list'"
        case .booksAreThere(let path): "\(path) is there already; move it away, or name another --data"
        case .damaged(let reason, let older):
            reason
                + (older.map { "; the next older one is \($0): --snapshot \($0)" }
                    ?? "; there is no older one in this folder")
        }
    }
}

/// What a restore brought back.
package struct RestoreReport: Sendable {
    package let snapshot: String
    package let site: String
    package let takenAt: Instant
    package internal(set) var batches = 0
    package internal(set) var rows = 0
    package internal(set) var reachedAt: Instant
    package internal(set) var tornLines = 0
    package internal(set) var remarks: [String] = []  // What could not be replayed, and why.
    package internal(set) var verification: VerifyReport
}

extension BackupFolder {
    /// Makes the books again in `data`, from a snapshot and every segment that goes on from it.
    ///
    /// What comes out must be sound, but the world has gone on: a restored outlet only reports on pods until a person
    /// accepts it, and everybody signs in again, since a sign-out may be lost.
    /// - Parameter name: the snapshot to begin with; the newest unless said otherwise.
    /// - Throws: `RestoreRefusal`, before anything is made; `ReplayFault`, `DatabaseError`.
    package func restore(
        to data: String, snapshot name: String? = nil, environment: Environment,
        progress: (String) -> Void = { _ in }
    ) throws -> RestoreReport {
        let path = "\(data)/outlet.db"
        guard access(path, F_OK) != 0 else { throw RestoreRefusal.booksAreThere(path: path) }
        progress("checking the snapshot")
        let (snapshot, note) = try chosen(name)
        let settings = Settings(
            site: note.site, publicURL: "http://127.0.0.1", dataDirectory: data, templates: [], providers: [])
        try copy(snapshot, to: path)
        let books = try Database(path: path)
        let context = Context(
            settings: settings, database: books,
            ephemeral: try Database(path: settings.ephemeralPath, durable: false), environment: environment)
        try books.migrate()
        var report = RestoreReport(
            snapshot: snapshot.name, site: note.site, takenAt: snapshot.takenAt, reachedAt: snapshot.takenAt,
            verification: VerifyReport())
        try replay(onto: books, from: note, &report, progress)
        try context.finishRestore(&report)
        progress("recomputing the books")
        report.verification = try context.verify()
        return report
    }

    private func chosen(_ name: String?) throws -> (Snapshot, SnapshotNote) {
        let snapshots = try snapshots()
        guard let newest = snapshots.last else { throw RestoreRefusal.nothingThere(folder: path) }
        guard let snapshot = name.map({ name in snapshots.first { $0.name == name } }) ?? newest else {
            throw RestoreRefusal.noSuchSnapshot(name ?? "")
        }
        do { return (snapshot, try snapshot.check()) } catch let damage as SnapshotDamage {
            let older = snapshots.last { $0.takenAt < snapshot.takenAt }?.name
            throw RestoreRefusal.damaged(damage.description, older: older)
        }
    }

    private func copy(_ snapshot: Snapshot, to path: String) throws {
        let partial = path + ".partial"
        do {
            try FileManager.default.copyItem(atPath: snapshot.path, toPath: partial)
        } catch { throw FileFault("copy the snapshot to", partial, code: EIO) }
        chmod(partial, 0o600)
        try DurableFile.sync(partial)
        try DurableFile.rename(partial, to: path)
    }

    private func replay(
        onto books: Database, from note: SnapshotNote, _ report: inout RestoreReport,
        _ progress: (String) -> Void
    ) throws {
        var position = note.position
        for segment in try segments() {
            let name = (segment.path as NSString).lastPathComponent
            guard let found = try? SegmentReader(path: segment.path), found.header.history == note.history,
                !position.covers(found.reached) || found.tornLines > 0 || found.damagedLine != nil
            else { continue }
            guard position.covers(found.header.after) else {
                report.remarks.append("\(name) goes on from a later snapshot, and was left out")
                continue
            }
            progress("replaying \(name): \(found.rows) rows in \(found.batches) batches")
            _ = try SegmentReader(path: segment.path) { batch in
                guard !position.covers(batch.reached) else { return }
                try books.write { try $0.replay(batch, after: position) }
                position = batch.reached
                report.batches += 1
                report.rows += batch.rows.count
                report.reachedAt = max(report.reachedAt, Instant(milliseconds: batch.clock.billing))
            }
            report.note(found, name)
        }
    }
}

extension RestoreReport {
    fileprivate mutating func note(_ segment: SegmentReader, _ name: String) {
        if segment.tornLines > 0 {
            tornLines += segment.tornLines
            remarks.append("\(name): the last \(segment.tornLines) lines were torn by a crash, and left out")
        }
        if let line = segment.damagedLine {
            remarks.append("\(name) is damaged at line \(line): what stands behind it was left out")
        }
    }
}

extension Context {
    /// Brings the rest in line with what was replayed, and notes that these books are restored.
    fileprivate func finishRestore(_ report: inout RestoreReport) throws {
        let restored = Restoration(
            snapshot: report.snapshot, reachedAt: report.reachedAt,
            restoredAt: Instant(environment.clocks().realtime / 1_000))
        try database.write { transaction in
            for row in try transaction.rows("SELECT user_id FROM wallet") {
                let wallet = try transaction.walletState(of: row.id("user_id"))
                let ends = exhaustion(of: wallet.rentals, funds: wallet.available)
                try transaction.setExhaustion(of: row.id("user_id"), at: ends.values.min())
            }
            // What was revoked since the snapshot must not come back.
            try transaction.run("DELETE FROM access_token")
            try transaction.run("DELETE FROM sign_in")
            try transaction.run("DELETE FROM sign_in_link")
            try transaction.insert(restored)
        }
    }
}
