/// One reply. `chunks` serves a body too long for memory: it is called until it answers nil.
package struct Response: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: Body

    package enum Body: Sendable {
        case bytes([UInt8])
        case chunks(@Sendable () throws -> [UInt8]?)
    }

    package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = .bytes(body)
    }
}

extension Response {
    /// Takes the place of every header of that name.
    package mutating func setHeader(_ name: String, _ value: String) {
        headers.removeAll { $0.name.isHeader(name) }
        headers.append((name, value))
    }
}

extension String {
    /// Whether it is the header `name`, in whatever case; names are ASCII.
    func isHeader(_ name: String) -> Bool {
        utf8.count == name.utf8.count
            && zip(utf8, name.utf8).allSatisfy { Self.lowered($0) == Self.lowered($1) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
