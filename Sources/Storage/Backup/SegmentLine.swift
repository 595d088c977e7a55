import Domain
import Foundation

/// One line of a segment, as JSON: what it begins with, a row, or the seal under a batch of rows.
/// A batch counts once its commit is there, and only whole.
package struct SegmentLine: Codable, Sendable {
    /// The first line.
    package struct Header: Codable, Hashable, Sendable {
        package let history: String
        package let site: String
        package let after: BackupPosition  // What the segment goes on from.

        package init(history: String, site: String, after: BackupPosition) {
            self.history = history
            self.site = site
            self.after = after
        }
    }

    /// A row as it was when its batch was read; no columns: it was deleted.
    package struct ChangedRow: Codable, Sendable {
        let table: String
        let number: Int64  // Its number in the history of `table`, or in the queue of changed rows.
        let key: String?  // Of a row that changes.
        let columns: [String: SQL.Value]?
    }

    /// Under a batch: how far it reaches, when, and the hash of its lines behind the hash of the batch before.
    package struct Commit: Codable, Sendable {
        let reached: BackupPosition
        let clock: StoredClock
        let sha256: String
    }

    /// The billing clock, so that restored books never tell an earlier time than their lines.
    package struct StoredClock: Codable, Sendable {
        let boot: String
        let offset: Int64
        let billing: Int64
        let wall: Int64

        package init(_ clock: BillingClock) {
            (boot, offset, billing, wall) = (clock.bootID, clock.offset, clock.billing, clock.wall)
        }

        package var clock: BillingClock {
            BillingClock(bootID: boot, offset: offset, billing: billing, wall: wall)
        }
    }

    var segment: Header?
    var row: ChangedRow?
    var commit: Commit?

    /// With the line end.
    func data() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data([UInt8(ascii: "\n")])
    }
}

extension SQL.Value: Codable {
    private struct Blob: Codable { let base64: Data }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .real(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else {
            self = .blob(Array(try container.decode(Blob.self).base64))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .integer(let value): try container.encode(value)
        case .real(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .blob(let value): try container.encode(Blob(base64: Data(value)))
        }
    }
}
