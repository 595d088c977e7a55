import HTTP
import JSON
import Testing

@testable import API

/// A reply as a client sees it.
struct Reply {
    let status: Int
    let chunks: [[UInt8]]  // One, unless it was streamed.
    private let headers: [(name: String, value: String)]

    init(_ response: Response) {
        status = response.status
        headers = response.headers
        switch response.body {
        case .bytes(let bytes): chunks = [bytes]
        case .chunks(let next):
            var chunks: [[UInt8]] = []
            while let chunk = try? next() { chunks.append(chunk) }
            self.chunks = chunks
        }
    }

    /// The one value of a header.
    subscript(header name: String) -> String? {
        let values = headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        #expect(values.count <= 1, "\(name) is there once")
        return values.first
    }

    var text: String { String(decoding: chunks.joined(), as: UTF8.self) }
    var json: JSON { (try? JSON(parsing: Array(chunks.joined()), maximumDepth: 16)) ?? .null }
    var error: String? { json["error"].text }
    var details: JSON { json["details"] }
    var remaining: Int? { self[header: "X-RateLimit-Remaining"].flatMap { Int($0) } }
}

extension JSON {
    subscript(name: String) -> JSON {
        guard case .object(let members) = self else { return .null }
        return members.first { $0.name == name }?.value ?? .null
    }

    var names: [String] {
        guard case .object(let members) = self else { return [] }
        return members.map(\.name)
    }

    var items: [JSON] {
        guard case .array(let items) = self else { return [] }
        return items
    }

    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var integer: Int64? {
        guard case .number(let text) = self else { return nil }
        return JSONNumber(text).integer
    }
}
