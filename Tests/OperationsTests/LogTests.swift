import Foundation
import Testing

@testable import Operations

@Test(
    arguments: [
        ["event": "ready", "at": "2026-11-21T22:22:51Z", "requestId": "r", "route": "/v1/a/{id}", "ms": "3"],
        ["quote": "a \"b\" \\ /", "Upper": "é 😀 \u{2028}", "a b": "", "user10": "1", "user9": "2"],
        ["controls": String(String.UnicodeScalarView((0...0x9f).map { Unicode.Scalar($0)! }))],
    ] as [[String: String]])
func `a line of the log is what Foundation's encoder writes`(fields: [String: String]) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = LogLine(fields.map { ($0.key, $0.value) })
    #expect(Data(line.bytes) == (try encoder.encode(fields)) + Data("\n".utf8))
}

@Suite struct LogOutputTests {
    /// A pipe for a log.
    private final class Log: Sendable {
        let output: LogOutput
        private let pipe = Pipe()

        init() { output = LogOutput(pipe.fileHandleForWriting.fileDescriptor) }

        /// The lines up to the end that `close` makes.
        func read() -> [[String: String]] {
            pipe.fileHandleForReading.readDataToEndOfFile().split(separator: UInt8(ascii: "\n")).map {
                (try? JSONDecoder().decode([String: String].self, from: $0)) ?? ["torn": ""]
            }
        }

        var unread: Int {
            var count: Int32 = 0
            return ioctl(pipe.fileHandleForReading.fileDescriptor, UInt(FIONREAD), &count) == 0
                ? Int(count) : 0
        }

        func close() { try? pipe.fileHandleForWriting.close() }
    }

    /// On a thread of its own, since it may block.
    private func aside<Answer: Sendable>(_ body: @escaping @Sendable () -> Answer) -> Task<Answer, Never> {
        Task {
            await withCheckedContinuation { done in
                Thread.detachNewThread { done.resume(returning: body()) }
            }
        }
    }

    private static func line(_ thread: Int, _ number: Int) -> LogLine {
        let padding = String(repeating: "x", count: 200)
        return LogLine([("thread", String(thread)), ("number", String(number)), ("padding", padding)])
    }

    @Test func `lines of many threads come whole, once, and each thread's in their order`() async throws {
        let log = Log()
        let (threads, each) = (8, 400)
        let writers = (0..<threads).map { thread in
            aside {
                for number in 0..<each {
                    log.output.write(Self.line(thread, number), isUrgent: number % 7 == 0)
                }
            }
        }
        let reader = aside { log.read() }
        for writer in writers { await writer.value }
        log.output.flush()
        log.close()
        let lines = await reader.value
        for thread in 0..<threads {
            let own = lines.filter { $0["thread"] == String(thread) }.compactMap { $0["number"] }
            #expect(own == (0..<each).map(String.init))
        }
        #expect(lines.count == threads * each)
    }

    @Test func `a reader that does not read stops nobody else, and is told how much it missed`() async throws
    {
        let log = Log()
        let stuck = aside { for number in 0..<400 { log.output.write(Self.line(0, number), isUrgent: true) } }
        // A pipe holds 16 pages of 4 KiB.
        while log.unread < 60_000 { try await Task.sleep(for: .milliseconds(5)) }
        for number in 0..<8_000 { log.output.write(Self.line(1, number), isUrgent: false) }
        let reader = aside { log.read() }
        await stuck.value
        log.output.flush()
        log.close()
        let lines = await reader.value
        let missed = lines.compactMap { $0["lines"].flatMap { Int($0) } }.reduce(0, +)
        #expect(missed > 0 && !lines.contains { $0["torn"] != nil })
        #expect(lines.filter { $0["thread"] == "0" }.count == 400)
        #expect(lines.filter { $0["thread"] == "1" }.count + missed == 8_000)
    }
}
