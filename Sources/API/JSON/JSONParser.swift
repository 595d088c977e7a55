/// Why a text is no JSON that we take; `offset` is the byte at which it was seen.
struct JSONFault: Error, Hashable {
    let reason: String
    let offset: Int
}

/// A strict reader of RFC 8259: UTF-8 only, each field of an object once, at most `maximumDepth` levels.
/// It goes down one call for each level, so the depth is what bounds the stack.
struct JSONParser {
    static let maximumDepth = 16
    private static let maximumNumberLength = 64

    private let bytes: [UInt8]
    private var position = 0

    /// - Throws: `JSONFault` when `bytes` is not one whole document.
    static func parse(_ bytes: [UInt8]) throws(JSONFault) -> JSONValue {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw JSONFault(reason: "not UTF-8", offset: 0)
        }
        var parser = JSONParser(bytes: bytes)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == bytes.count else { throw parser.fault("something follows the document") }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
        skipSpace()
        guard depth < Self.maximumDepth else { throw fault("nested too deeply") }
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

    private mutating func object(depth: Int) throws(JSONFault) -> JSONValue {
        position += 1
        var fields: [JSONField] = []
        var names: Set<String> = []
        skipSpace()
        if take("}") { return .object([]) }
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw fault("a field name is missing") }
            let name = try string()
            guard names.insert(name).inserted else { throw fault("the field \(name) is there twice") }
            skipSpace()
            guard take(":") else { throw fault("a colon is missing") }
            fields.append(JSONField(name: name, value: try value(depth: depth + 1)))
            skipSpace()
        } while take(",")
        guard take("}") else { throw fault("an object is not closed") }
        return .object(fields)
    }

    private mutating func array(depth: Int) throws(JSONFault) -> JSONValue {
        position += 1
        var items: [JSONValue] = []
        skipSpace()
        if take("]") { return .array([]) }
        repeat {
            items.append(try value(depth: depth + 1))
            skipSpace()
        } while take(",")
        guard take("]") else { throw fault("an array is not closed") }
        return .array(items)
    }

    private mutating func number() throws(JSONFault) -> JSONNumber {
        let start = position
        let isNegative = take("-")
        let whole = digits()
        guard !whole.isEmpty, whole.count == 1 || whole[0] != 0 else { throw fault("ill-formed number") }
        var fraction: [UInt8] = []
        if take(".") {
            fraction = digits()
            if fraction.isEmpty { throw fault("ill-formed number") }
        }
        var exponent = 0
        if take("e") || take("E") {
            let isDown = take("-")
            if !isDown { _ = take("+") }
            let power = digits()
            guard (1...4).contains(power.count) else { throw fault("ill-formed exponent") }
            exponent = power.reduce(0) { $0 * 10 + Int($1) } * (isDown ? -1 : 1)
        }
        guard position - start <= Self.maximumNumberLength else { throw fault("a number is too long") }
        return JSONNumber(isNegative: isNegative, whole: whole, fraction: fraction, exponent: exponent)
    }

    private mutating func digits() -> [UInt8] {
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return bytes[start..<position].map { $0 - UInt8(ascii: "0") }
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

    private mutating func skipSpace() {
        while let byte = peek, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { position += 1 }
    }

    private func fault(_ reason: String) -> JSONFault { JSONFault(reason: reason, offset: position) }
}
