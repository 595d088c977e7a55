import Foundation
import Glibc

/// The segment that backups are appended to between two snapshots. Each batch is on the disk when `append` returns,
/// whole; after trouble there is nothing of it.
package final class SegmentWriter {
    package let path: String
    package let history: String
    package private(set) var reached: BackupPosition
    private let descriptor: Int32
    private var end: Int64
    private var seal: String

    /// Begins a new one, which must not be there yet.
    /// - Throws: `FileFault`.
    package init(creating path: String, header: SegmentLine.Header) throws {
        let line = try SegmentLine(segment: header).data()
        try DurableFile.write(line, to: path)
        (self.path, history, reached) = (path, header.history, header.after)
        (seal, end) = (sealOf(line, behind: ""), Int64(line.count))
        descriptor = try Self.open(path)
    }

    /// Goes on where the last whole batch ended; what a crash tore is cut off.
    /// - Throws: `SegmentFault`, `FileFault`.
    package init(resuming path: String) throws {
        let found = try SegmentReader(path: path)
        if let line = found.damagedLine { throw SegmentFault.damaged(path, line: line) }
        (self.path, history, reached) = (path, found.header.history, found.reached)
        (seal, end) = (found.seal, found.end)
        descriptor = try Self.open(path)
        do { try cut() } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// - Throws: `FileFault`; the batch is then not in the segment, and may be appended again.
    package func append(_ batch: BackupBatch) throws {
        var lines = Data()
        for row in batch.rows { lines += try SegmentLine(row: row).data() }
        let next = sealOf(lines, behind: seal)
        lines += try SegmentLine(
            commit: .init(reached: batch.reached, clock: .init(batch.clock), sha256: next)
        ).data()
        do {
            try DurableFile.write(lines, to: descriptor, at: end, path: path)
            guard fdatasync(descriptor) == 0 else { throw FileFault("sync", path) }
        } catch {
            try? cut()  // Else the next append writes over it.
            throw error
        }
        (end, seal, reached) = (end + Int64(lines.count), next, batch.reached)
    }

    private func cut() throws {
        guard ftruncate(descriptor, off_t(end)) == 0 else { throw FileFault("shorten", path) }
    }

    private static func open(_ path: String) throws -> Int32 {
        let descriptor = Glibc.open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFault("open", path) }
        return descriptor
    }
}
