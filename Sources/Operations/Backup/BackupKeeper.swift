import Domain
import Foundation
import Logging
import Storage
import Synchronization

/// Keeps the backups of a working outlet: a snapshot every hour, and between two of them a segment that follows the
/// books at every tick. Trouble is told and tried again; it never stops the meter, and leaves older backups alone.
final class BackupKeeper: Sendable {
    private let context: Context
    private let folder: BackupFolder
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var writer: SegmentWriter?
        var toldAt: Instant?  // When `backup_state` last heard how far it reaches.
        var isTaking = false
    }

    static let pause = Seconds.hour

    init(context: Context, logger: Logger) {
        (self.context, self.logger) = (context, logger)
        folder = BackupFolder(path: context.settings.backup.directory)
    }

    var isOn: Bool { context.settings.backup.isOn }

    /// Appends what is new to the segment. Without one, the next snapshot begins it.
    func follow() {
        guard isOn else { return }
        attempt("segment") {
            try state.withLock { state in
                if state.writer == nil { state.writer = try resumed() }
                guard let writer = state.writer else { return }
                try append(to: writer)
                try tell(&state)
            }
        }
    }

    /// Takes a snapshot when the newest is an hour old, or when there is no segment to go on with. Takes its time.
    func snapshotIfDue() {
        guard isOn else { return forgetQueue() }
        let isMine = state.withLock { state -> Bool in
            defer { state.isTaking = true }
            return !state.isTaking
        }
        guard isMine else { return }
        defer { state.withLock { $0.isTaking = false } }
        attempt("snapshot") { if try isDue() { try takeSnapshot() } }
    }

    private func isDue() throws -> Bool {
        let now = try context.database.read { try context.now(in: $0) }
        guard state.withLock({ $0.writer }) != nil, let newest = try folder.snapshots().last else {
            return true
        }
        return now - newest.takenAt >= Self.pause
    }

    private func takeSnapshot() throws {
        let (snapshot, note) = try context.takeSnapshot(in: folder)
        // Until here the old segment was followed, so nothing is without a backup in between.
        try state.withLock { state in
            let header = SegmentLine.Header(
                history: note.history, site: note.site, after: note.position)
            let writer = try SegmentWriter(
                creating: folder.segmentPath(at: snapshot.takenAt), header: header)
            try append(to: writer)
            (state.writer, state.toldAt) = (writer, nil)
        }
        try context.database.write { transaction in
            try transaction.setBackup(snapshot: snapshot.takenAt)
            try transaction.forgetChangedRows(through: note.position)
        }
        if !note.faults.isEmpty {
            logger.critical("books with faults", metadata: ["faults": "\(note.faults)"])
        }
        try folder.tidy(newest: context.settings.backup.hourly, days: context.settings.backup.daily)
        logger.info("snapshot", metadata: ["name": "\(snapshot.name)", "bytes": "\(note.bytes)"])
    }

    private func append(to writer: SegmentWriter) throws {
        if let batch = try context.database.read({ try $0.backupBatch(after: writer.reached) }) {
            try writer.append(batch)
        }
    }

    /// The newest segment, when it is of these books and its end is sound.
    private func resumed() throws -> SegmentWriter? {
        guard let path = try folder.segments().last?.path else { return nil }
        do {
            let writer = try SegmentWriter(resuming: path)
            return try context.database.read { session in
                let isOurs = try session.historyName() == writer.history
                return try isOurs && session.backupPosition().covers(writer.reached) ? writer : nil
            }
        } catch let fault as SegmentFault {
            logger.error("segment given up", metadata: ["reason": "\(fault)"])
            return nil
        }
    }

    private func tell(_ state: inout State) throws {
        let now = try context.database.read { try context.now(in: $0) }
        guard state.toldAt.map({ now - $0 >= Seconds(10) }) ?? true else { return }
        try context.database.write { try $0.setBackup(reached: now) }
        state.toldAt = now
    }

    /// Nobody reads the queue of changed rows.
    private func forgetQueue() {
        attempt("queue") {
            try context.database.write { try $0.forgetChangedRows(through: $0.backupPosition()) }
        }
    }

    private func attempt(_ what: String, _ body: () throws -> Void) {
        do { try body() } catch {
            logger.error("backup failed", metadata: ["what": "\(what)", "error": "\(error)"])
            state.withLock { $0.toldAt = nil }
            try? context.database.write { try $0.setBackup(problem: "\(what): \(error)") }
        }
    }
}
