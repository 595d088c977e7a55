import CSupport
import Foundation
import Glibc
import Synchronization
import TestSupport

/// What happened, a line each, for all processes of a bench; it outlives them. A line is written whole or not at all.
package final class Journal: Sendable {
    private let descriptor: Int32
    private let read = Mutex<(offset: Int, lines: [String])>((0, []))

    /// - Throws: `TestFault` when the file cannot be made.
    package init(path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw TestFault("\(path): \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    package func append(_ line: String) { withLines { _, append in append(line) } }

    package var lines: [String] { withLines { lines, _ in lines } }

    /// Runs `body` while nobody else writes: it sees all lines, and may append some.
    package func withLines<Answer>(_ body: (_ lines: [String], _ append: (String) -> Void) -> Answer)
        -> Answer
    {
        read.withLock { read in
            precondition(outlet_flock(descriptor, LOCK_EX) == 0, "the journal can be locked")
            defer { _ = outlet_flock(descriptor, LOCK_UN) }
            catchUp(&read)
            return body(read.lines) { line in
                let bytes = Array((line + "\n").utf8)
                precondition(
                    Glibc.write(descriptor, bytes, bytes.count) == bytes.count, "the journal takes a line")
            }
        }
    }

    private func catchUp(_ read: inout (offset: Int, lines: [String])) {
        var status = stat()
        precondition(fstat(descriptor, &status) == 0)
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size - read.offset))
        guard !bytes.isEmpty else { return }
        precondition(pread(descriptor, &bytes, bytes.count, read.offset) == bytes.count)
        read.offset += bytes.count
        read.lines += String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
