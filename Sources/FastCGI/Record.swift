/// One record of FastCGI 1.0, its padding dropped.
struct Record: Equatable {
    /// The types that a responder meets; the wire may hold any other number.
    enum Kind {
        static let begin: UInt8 = 1
        static let abort: UInt8 = 2
        static let end: UInt8 = 3
        static let parameters: UInt8 = 4
        static let input: UInt8 = 5
        static let output: UInt8 = 6
        static let values: UInt8 = 9
        static let valuesResult: UInt8 = 10
        static let unknown: UInt8 = 11
    }

    static let headBytes = 8
    static let version: UInt8 = 1

    let kind: UInt8
    let request: UInt16  // 0 is the connection itself: a management record.
    let content: ArraySlice<UInt8>

    init(_ kind: UInt8, of request: UInt16, _ content: ArraySlice<UInt8> = []) {
        precondition(content.count <= UInt16.max, "a record holds at most 65,535 bytes")
        self.kind = kind
        self.request = request
        self.content = content
    }

    var encoded: [UInt8] { head + content }

    private var head: [UInt8] {
        let count = UInt16(content.count)
        return [
            Self.version, kind, UInt8(request >> 8), UInt8(request & 0xFF), UInt8(count >> 8),
            UInt8(count & 0xFF), 0, 0,
        ]
    }

    /// A stream: its bytes in records, and the empty one that ends it.
    static func stream(_ kind: UInt8, of request: UInt16, _ bytes: [UInt8]) -> [UInt8] {
        var records: [UInt8] = []
        write(kind, of: request, bytes, to: &records)
        return records + Record(kind, of: request).encoded
    }

    /// Some bytes of a stream, in as many records as they need; none for none.
    static func write(_ kind: UInt8, of request: UInt16, _ bytes: [UInt8], to records: inout [UInt8]) {
        let longest = Int(UInt16.max)
        records.reserveCapacity(records.count + bytes.count + 2 * headBytes)
        for start in stride(from: 0, to: bytes.count, by: longest) {
            let content = bytes[start..<min(start + longest, bytes.count)]
            records += Record(kind, of: request, content).head
            records += content
        }
    }
}
