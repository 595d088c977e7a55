import Foundation
import TestSupport

/// One reply, as curl saw it.
struct Reply: CustomStringConvertible {
    let status: Int
    let headers: [(name: String, value: String)]
    let body: String

    /// The value of a header that is there once; nil when it is not there, or twice.
    subscript(_ name: String) -> String? {
        let found = headers.filter { $0.name.lowercased() == name.lowercased() }
        return found.count == 1 ? found[0].value : nil
    }

    func json() throws -> JSON { try JSON.parse(body) }

    /// The code of an error reply, `already_stopped`.
    var error: String? { try? json().text("error") }

    var description: String { "\(status) \(body.prefix(1_000))" }
}

/// HTTP by the program that the contract is written in.
enum Curl {
    static let path = "/usr/bin/curl"

    /// One request; `body` is sent as JSON.
    static func send(
        _ method: String, _ url: String, cookie: String? = nil, headers: [String] = [], body: String? = nil
    ) throws -> Reply {
        var arguments = ["--silent", "--show-error", "--include", "--max-time", "30", "--path-as-is"]
        arguments += method == "HEAD" ? ["--head"] : ["--request", method]
        if let cookie { arguments += ["--cookie", "sid=\(cookie)"] }
        for header in headers { arguments += ["--header", header] }
        if let body { arguments += ["--header", "Content-Type: application/json", "--data-binary", body] }
        let result = try Command.run(path, arguments + [url])
        guard result.status == 0 else { throw Unexpected("curl \(method) \(url): \(result)") }
        return try Reply(parsing: result.output)
    }
}

extension Reply {
    fileprivate init(parsing text: String) throws {
        let head = text.range(of: "\r\n\r\n")
        let lines = text[..<(head?.lowerBound ?? text.endIndex)].components(separatedBy: "\r\n")
        guard let first = lines.first, let status = Int(first.split(separator: " ").dropFirst().first ?? "")
        else {
            throw Unexpected("no HTTP reply: \(text.prefix(200))")
        }
        self.status = status
        headers = lines.dropFirst().compactMap { line in
            line.firstIndex(of: ":").map { colon in
                (
                    String(line[..<colon]),
                    line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                )
            }
        }
        body = head.map { String(text[$0.upperBound...]) } ?? ""
    }
}
