import Crypto

/// The bytes that are hashed, and the hash; any program can do the same.
///
/// A value is `n` for NULL, `i` and the number in decimal, or `t`, the length of the text in bytes, `:` and the text in
/// UTF-8; then a newline. A row is the name of its table, a newline, and its values in the order of `columns`. A seal is
///
///     SHA-256("seal\n", the 32 bytes of the hash before (zeros for the first), the seal's number, its time and its five
///     ends as values, and then the SHA-256 of each of its rows, table by table)
package struct SealDigest {
    private var hash = SHA256()
    private var bytes: [UInt8] = []
    private var rowDigests: [UInt8] = []

    /// How many bytes of each row's SHA-256 a seal keeps, to tell which row was changed.
    package static let kept = 8

    package init(of seal: SealHeader, after previous: [UInt8]?) {
        bytes += Array("seal\n".utf8) + (previous ?? [UInt8](repeating: 0, count: 32))
        for number in [seal.number, seal.sealedAt] + seal.ends { append(number) }
        hash.update(data: bytes)
    }

    /// - Returns: the bytes that the seal keeps of this row.
    @discardableResult
    package mutating func add(_ cells: Cells, of table: SealedTable) throws -> ArraySlice<UInt8> {
        bytes.removeAll(keepingCapacity: true)
        bytes += table.rawValue.utf8
        bytes.append(UInt8(ascii: "\n"))
        for place in table.columns.indices { append(try cells.value(place)) }
        let digest = SHA256.hash(data: bytes)
        digest.withUnsafeBytes {
            hash.update(bufferPointer: $0)
            rowDigests += $0.prefix(Self.kept)
        }
        return rowDigests.suffix(Self.kept)
    }

    /// The hash of the seal, and what it keeps of its rows.
    package func finish() -> (hash: [UInt8], digests: [UInt8]) { (Array(hash.finalize()), rowDigests) }

    private mutating func append(_ value: SQL.Value) {
        switch value {
        case .null: bytes.append(UInt8(ascii: "n"))
        case .integer(let number): return append(number)
        case .text(let text):
            let utf8 = text.utf8
            bytes.append(UInt8(ascii: "t"))
            append(digits: UInt64(utf8.count))
            bytes.append(UInt8(ascii: ":"))
            bytes += utf8
        // Columns of these types are not sealed; a thief's value in another one still has a form of its own.
        case .real(let value): bytes += "r\(value)".utf8
        case .blob(let value): bytes += "b\(value)".utf8
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func append(_ number: Int64) {
        bytes.append(UInt8(ascii: "i"))
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        append(digits: number.magnitude)
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func append(digits number: UInt64) {
        let start = bytes.count
        var rest = number
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }
}
