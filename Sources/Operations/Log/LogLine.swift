import Domain

/// An object of texts as one line of JSON, its fields in the order of their names. As Foundation's encoder writes
/// it, which took longer for the line of a request than reading what the request asked for.
struct LogLine {
    private(set) var bytes: [UInt8] = []

    /// - Parameter fields: each name once.
    init(_ fields: [(name: String, value: String)]) {
        bytes.reserveCapacity(384)
        for (name, value) in fields.sorted(by: { $0.name < $1.name }) {
            bytes.append(UInt8(ascii: bytes.isEmpty ? "{" : ","))
            append(name)
            bytes.append(UInt8(ascii: ":"))
            append(value)
        }
        bytes += "}\n".utf8
    }

    private mutating func append(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        text.withBytes { text in
            let isPlain = text.allSatisfy {
                $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
            }
            if isPlain { bytes.append(contentsOf: text) } else { escape(text) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x08: bytes += "\\b".utf8
            case 0x09: bytes += "\\t".utf8
            case 0x0a: bytes += "\\n".utf8
            case 0x0c: bytes += "\\f".utf8
            case 0x0d: bytes += "\\r".utf8
            case ..<0x20:
                bytes += "\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))".utf8
            default: bytes.append(byte)
            }
        }
    }
}
