import Domain

/// Writes JSON straight into bytes, fields in the order in which they are given.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// The text of one value.
    static func bytes(of value: some JSONWritable) -> [UInt8] {
        var writer = JSONWriter()
        value.write(to: &writer)
        return writer.bytes
    }

    mutating func object(_ body: (inout JSONWriter) -> Void) { enclosed("{", "}", body) }

    mutating func array<Items: Sequence>(
        _ items: Items, each write: (inout JSONWriter, Items.Element) -> Void
    ) {
        enclosed("[", "]") { json in
            for item in items {
                json.separate()
                write(&json, item)
                json.needsComma = true
            }
        }
    }

    mutating func field(_ name: String, _ value: some JSONWritable) {
        field(name) { value.write(to: &$0) }
    }

    mutating func field(_ name: String, write: (inout JSONWriter) -> Void) {
        separate()
        string(name)
        literal(":")
        write(&self)
        needsComma = true
    }

    /// Text that is JSON already: a number, `true`, `null`.
    mutating func literal(_ text: String) { bytes += text.utf8 }

    mutating func string(_ text: String) {
        literal("\"")
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): literal("\\\"")
            case UInt8(ascii: "\\"): literal("\\\\")
            case UInt8(ascii: "\n"): literal("\\n")
            case UInt8(ascii: "\r"): literal("\\r")
            case UInt8(ascii: "\t"): literal("\\t")
            case ..<0x20, 0x7f:
                let digits = Array("0123456789abcdef".utf8)
                literal("\\u00")
                bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        literal("\"")
    }

    private mutating func enclosed(_ open: String, _ close: String, _ body: (inout JSONWriter) -> Void) {
        literal(open)
        needsComma = false
        body(&self)
        literal(close)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { literal(",") }
        needsComma = false
    }
}

/// What has a form in JSON.
protocol JSONWritable {
    func write(to json: inout JSONWriter)
}

extension String: JSONWritable { func write(to json: inout JSONWriter) { json.string(self) } }
extension Bool: JSONWritable {
    func write(to json: inout JSONWriter) { json.literal(self ? "true" : "false") }
}
extension Int: JSONWritable { func write(to json: inout JSONWriter) { json.literal(String(self)) } }
extension Int64: JSONWritable { func write(to json: inout JSONWriter) { json.literal(String(self)) } }
extension Cents: JSONWritable { func write(to json: inout JSONWriter) { count.write(to: &json) } }
extension Seconds: JSONWritable { func write(to json: inout JSONWriter) { count.write(to: &json) } }
extension Instant: JSONWritable { func write(to json: inout JSONWriter) { json.string(iso8601) } }
extension ID: JSONWritable { func write(to json: inout JSONWriter) { json.string(text) } }

/// In cents, as every amount but `Dollars`.
extension HourlyRate: JSONWritable { func write(to json: inout JSONWriter) { centsPerHour.write(to: &json) } }

/// Measured figures only, never money.
extension Double: JSONWritable {
    func write(to json: inout JSONWriter) { json.literal(isFinite ? description : "null") }
}

extension Optional: JSONWritable where Wrapped: JSONWritable {
    func write(to json: inout JSONWriter) {
        if let self { self.write(to: &json) } else { json.literal("null") }
    }
}

extension Array: JSONWritable where Element: JSONWritable {
    func write(to json: inout JSONWriter) { json.array(self) { $1.write(to: &$0) } }
}

/// An hourly rate in dollars, as a number with the exact digits: 280 cents are 2.8.
struct Dollars: JSONWritable {
    let rate: HourlyRate

    func write(to json: inout JSONWriter) {
        let (dollars, cents) = rate.centsPerHour.quotientAndRemainder(dividingBy: 100)
        switch (cents / 10, cents % 10) {
        case (0, 0): json.literal("\(dollars)")
        case (let tens, 0): json.literal("\(dollars).\(tens)")
        case (let tens, let ones): json.literal("\(dollars).\(tens)\(ones)")
        }
    }
}
