extension JSON {
    /// The one document that `bytes` are, by RFC 8259 to the letter: UTF-8 only. A name that comes twice in one object is
    /// refused, as two readers could take two values; so are numbers too long to be meant.
    /// - Parameter maximumDepth: how many levels a document may have, a value alone being one.
    /// - Throws: `JSONFault` for everything else.
    package init(parsing bytes: [UInt8], maximumDepth: Int) throws(JSONFault) {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw JSONFault(reason: "not UTF-8", offset: 0)
        }
        var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth)
        self = try parser.document()
    }
}

/// It goes down one call for each level, so the depth is what bounds the stack.
private struct JSONParser {
    private static let maximumNumberLength = 64

    private let bytes: [UInt8]  // UTF-8.
    private let maximumDepth: Int
    private var position = 0

    init(bytes: [UInt8], maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    mutating func document() throws(JSONFault) -> JSON {
        let value = try value(depth: 1)
        skipBlanks()
        guard position == bytes.count else { throw fault("something follows the document") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONFault) -> JSON {
        skipBlanks()
        guard depth <= maximumDepth else { throw fault("nested too deeply") }
        switch peek {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case let byte? where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte):
            return .number(try number())
        default:
            if take("true") { return .bool(true) }
            if take("false") { return .bool(false) }
            if take("null") { return .null }
            throw fault("a value is missing")
        }
    }

    private mutating func object(depth: Int) throws(JSONFault) -> JSON {
        position += 1
        var members: [JSON.Member] = []
        var names: Set<String> = []
        skipBlanks()
        if take("}") { return .object([]) }
        repeat {
            skipBlanks()
            guard peek == UInt8(ascii: "\"") else { throw fault("a field name is missing") }
            let name = try string()
            guard names.insert(name).inserted else { throw fault("the field \(name) is there twice") }
            skipBlanks()
            guard take(":") else { throw fault("a colon is missing") }
            members.append(JSON.Member(name: name, value: try value(depth: depth + 1)))
            skipBlanks()
        } while take(",")
        guard take("}") else { throw fault("an object is not closed") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONFault) -> JSON {
        position += 1
        var items: [JSON] = []
        skipBlanks()
        if take("]") { return .array([]) }
        repeat {
            items.append(try value(depth: depth + 1))
            skipBlanks()
        } while take(",")
        guard take("]") else { throw fault("an array is not closed") }
        return .array(items)
    }

    private mutating func number() throws(JSONFault) -> String {
        let start = position
        _ = take("-")
        let startsWithZero = peek == UInt8(ascii: "0")
        let places = skipDigits()
        guard places == 1 || places > 1 && !startsWithZero else { throw fault("ill-formed number") }
        if take("."), skipDigits() == 0 { throw fault("ill-formed number") }
        if take("e") || take("E") {
            if !take("-") { _ = take("+") }
            guard (1...4).contains(skipDigits()) else { throw fault("ill-formed exponent") }
        }
        guard position - start <= Self.maximumNumberLength else { throw fault("a number is too long") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// How many there were.
    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func string() throws(JSONFault) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += String(try escape()).utf8
            case ..<0x20: throw fault("a control character in a string")
            default: text.append(byte)
            }
        }
        throw fault("a string is not closed")
    }

    private mutating func escape() throws(JSONFault) -> Unicode.Scalar {
        guard let byte = peek else { throw fault("a string is not closed") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            var code = try unit()
            if (0xd800..<0xdc00).contains(code), take("\\u") {
                let low = try unit()
                guard (0xdc00..<0xe000).contains(low) else { throw fault("half a surrogate pair") }
                code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw fault("half a surrogate pair") }
            return scalar
        default: throw fault("unknown escape")
        }
    }

    private mutating func unit() throws(JSONFault) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fault("ill-formed \\u escape")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ text: String) -> Bool {
        guard bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }

    private mutating func skipBlanks() {
        while let byte = peek, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { position += 1 }
    }

    private func fault(_ reason: String) -> JSONFault { JSONFault(reason: reason, offset: position) }
}
