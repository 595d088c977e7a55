import Glibc

/// An object of texts as one line of JSON, its fields in the order of their names. As Foundation's encoder writes
/// it, which took longer for the line of a request than reading what the request asked for.
struct LogLine {
    private(set) var bytes: [UInt8] = []

    init(_ fields: [String: String]) {
        bytes.reserveCapacity(320)
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            bytes.append(UInt8(ascii: bytes.isEmpty ? "{" : ","))
            append(name)
            bytes.append(UInt8(ascii: ":"))
            append(value)
        }
        bytes += "}\n".utf8
    }

    /// In one call, so that lines of several threads do not mix. What nobody takes is dropped.
    func write(to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    private mutating func append(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
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
        bytes.append(UInt8(ascii: "\""))
    }
}
