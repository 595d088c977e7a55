import CSupport
import Domain
import Foundation
import Glibc

/// The lines of all threads on their way to one descriptor.
///
/// One thread writes at a time, and takes along what others have left meanwhile: a reader that does not read holds up
/// that one, and whoever has something urgent to say.
final class LogOutput: Sendable {
    static let standardError = LogOutput(2)

    private let descriptor: Int32
    private let condition = NSCondition()
    nonisolated(unsafe) private var waiting: [UInt8] = []  // These are touched under `condition` only.
    nonisolated(unsafe) private var isWriting = false
    nonisolated(unsafe) private var dropped = 0  // Lines, since nobody takes them.

    /// What may wait for a reader that does not read.
    private static let mostWaiting = 1 << 20
    /// How often one thread goes on with what others leave; after that, the next line takes the rest along.
    private static let mostRounds = 8
    /// How long the end of the process waits for a reader, in seconds.
    private static let patience = 2.0

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// Writes `line`, or leaves it to the thread that writes now.
    /// - Parameter isUrgent: returns only when the line has been written.
    func write(_ line: LogLine, isUrgent: Bool) {
        condition.lock()
        defer { condition.unlock() }
        guard waiting.count <= Self.mostWaiting || isUrgent else {
            dropped += 1
            return
        }
        waiting += line.bytes
        if isWriting, !isUrgent { return }
        if isWriting { outlet_wait_begins() }
        while isWriting { condition.wait() }
        drain()
    }

    /// Waits until everything is written, or it is clear that nobody reads.
    func flush() {
        condition.lock()
        defer { condition.unlock() }
        let limit = Date(timeIntervalSinceNow: Self.patience)
        while isWriting { if !condition.wait(until: limit) { return } }
        drain()
    }

    /// Called, and left, with the condition locked.
    private func drain() {
        isWriting = true
        for _ in 0..<Self.mostRounds where !waiting.isEmpty {
            var batch: [UInt8] = []
            swap(&batch, &waiting)
            if dropped > 0 { batch += LogLine.dropped(dropped).bytes }
            dropped = 0
            condition.unlock()
            put(batch)
            condition.lock()
        }
        isWriting = false
        condition.broadcast()
    }

    /// What nobody takes is dropped.
    private func put(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }
}

extension LogLine {
    fileprivate static func dropped(_ lines: Int) -> LogLine {
        LogLine([
            ("at", Instant(Int64(time(nil))).iso8601), ("event", "log.dropped"), ("level", "warning"),
            ("lines", String(lines)),
        ])
    }
}
