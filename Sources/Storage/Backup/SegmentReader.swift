import Crypto
import Foundation

/// Why a segment is not replayed.
package enum SegmentFault: Error, Hashable, CustomStringConvertible {
    case notASegment(String)
    case damaged(String, line: Int)

    package var description: String {
        switch self {
        case .notASegment(let path): "\(path) does not begin as a segment does"
        case .damaged(let path, let line): "\(path) is damaged at line \(line)"
        }
    }
}

/// A segment as found: what its whole batches hold, and how much of a torn one lies behind them.
package struct SegmentReader {
    package let path: String
    package let header: SegmentLine.Header
    package private(set) var reached: BackupPosition
    package private(set) var batches = 0
    package private(set) var rows = 0
    /// Lines at the end that belong to no whole batch: a crash came before their commit.
    package private(set) var tornLines = 0
    /// The first line that is not as it was written, although more than one batch ends behind it.
    package private(set) var damagedLine: Int?
    private(set) var end: Int64 = 0  // Behind the last whole batch, in bytes.
    private(set) var seal: String

    /// Reads a segment to its end.
    /// - Parameter each: is given every whole batch, in order.
    /// - Throws: `SegmentFault.notASegment`; `FileFault` when it cannot be read; whatever `each` throws.
    package init(path: String, each: (BackupBatch) throws -> Void = { _ in }) throws {
        self.path = path
        guard let content = FileManager.default.contents(atPath: path) else { throw FileFault("read", path) }
        var lines = Lines(content: content)
        guard let first = lines.next(), let header = (try? first.parsed())?.segment else {
            throw SegmentFault.notASegment(path)
        }
        self.header = header
        reached = header.after
        seal = sealOf(first.data, behind: "")
        end = lines.end
        var rows: [SegmentLine.ChangedRow] = []
        var batch = Data()
        while let line = lines.next() {
            let parsed = try? line.parsed()
            if let row = parsed?.row {
                rows.append(row)
                batch += line.data
            } else if let commit = parsed?.commit, commit.sha256 == sealOf(batch, behind: seal) {
                try each(BackupBatch(rows: rows, reached: commit.reached, clock: commit.clock.clock))
                (reached, seal, end) = (commit.reached, commit.sha256, lines.end)
                batches += 1
                self.rows += rows.count
                (rows, batch) = ([], Data())
            } else {
                judge(lines, from: line, behind: rows.count)
                return
            }
        }
        tornLines = rows.count
    }

    /// What stands behind the last whole batch. A power cut may leave the end of a batch without its middle, so one
    /// commit there proves nothing; a second one was written after the first was safe.
    private mutating func judge(_ lines: Lines, from line: Lines.Line, behind rows: Int) {
        var lines = lines
        let first = lines.number
        var commits = (try? line.parsed())?.commit == nil ? 0 : 1
        while let later = lines.next() { commits += (try? later.parsed())?.commit == nil ? 0 : 1 }
        if commits >= 2 {
            damagedLine = first
        } else {
            tornLines = lines.number - first + 1 + rows
        }
    }
}

/// The hash that seals `lines` behind the batch before.
func sealOf(_ lines: Data, behind seal: String) -> String {
    var hash = SHA256()
    hash.update(data: Data(seal.utf8))
    hash.update(data: lines)
    return hash.finalize().hexadecimal
}

/// Lines with their ends; the last may lack it.
struct Lines {
    struct Line {
        let data: Data

        /// A line without its end was not written whole, whatever it says.
        func parsed() throws -> SegmentLine? {
            guard data.last == UInt8(ascii: "\n") else { return nil }
            return try JSONDecoder().decode(SegmentLine.self, from: data)
        }
    }

    let content: Data
    private(set) var end: Int64 = 0
    private(set) var number = 0

    init(content: Data) { self.content = content }

    mutating func next() -> Line? {
        let start = content.startIndex + Int(end)
        guard start < content.endIndex else { return nil }
        let rest = content[start...]
        let stop = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? content.endIndex
        end += Int64(stop - start)
        number += 1
        return Line(data: content[start..<stop])
    }
}
