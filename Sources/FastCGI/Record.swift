/// One record of FastCGI 1.0, its padding dropped.
struct Record: Equatable {
    /// The types that a responder meets; the wire may hold any other number.
    enum Kind {
        static let begin: UInt8 = 1
        static let abort: UInt8 = 2
        static let end: UInt8 = 3
        static let parameters: UInt8 = 4
        static let input: UInt8 = 5
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

    var encoded: [UInt8] {
        let count = UInt16(content.count)
        let head = [
            Self.version, kind, UInt8(request >> 8), UInt8(request & 0xFF), UInt8(count >> 8),
            UInt8(count & 0xFF), 0, 0,
        ]
        return head + content
    }

    /// A stream: its bytes in records, and the empty one that ends it.
    static func stream(_ kind: UInt8, of request: UInt16, _ bytes: [UInt8]) -> [UInt8] {
        let longest = Int(UInt16.max)
        let full = stride(from: 0, to: bytes.count, by: longest).flatMap {
            Record(kind, of: request, bytes[$0..<min($0 + longest, bytes.count)]).encoded
        }
        return full + Record(kind, of: request).encoded
    }
}
