/// The cookies of one request (RFC 6265, section 5.4).
package enum Cookies {
    /// Every value that `name` was sent with, over all `Cookie` headers; more than one means that somebody
    /// else put a cookie there too. A value in double quotes loses them.
    package static func values(of name: String, in request: Request) -> [String] {
        values(of: name, in: request.headers["cookie"] ?? [])
    }

    package static func values(of name: String, in headers: [String]) -> [String] {
        headers.flatMap { $0.utf8.split(separator: UInt8(ascii: ";")) }.compactMap { pair in
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")),
                trimmed(pair[..<equals]).elementsEqual(name.utf8)
            else { return nil }
            let value = trimmed(pair[pair.index(after: equals)...])
            let quote = UInt8(ascii: "\"")
            let isQuoted = value.count >= 2 && value.first == quote && value.last == quote
            return String(Substring(isQuoted ? value.dropFirst().dropLast() : value))
        }
    }
}

/// Without spaces and tabs at both ends.
func trimmed(_ text: Substring) -> Substring { Substring(trimmed(text.utf8)) }

private func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
    var rest = text.drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest = rest.dropLast() }
    return rest
}
