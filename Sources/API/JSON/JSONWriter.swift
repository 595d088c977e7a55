import Domain

/// Writes JSON straight into bytes, fields in the order in which they are given.
struct JSONWriter: ~Copyable {
    private var buffer = ByteBuffer(capacity: 1_024)
    private var needsComma = false

    var bytes: [UInt8] { buffer.bytes }

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

    mutating func field(_ name: StaticString, _ value: some JSONWritable) {
        begin(name)
        value.write(to: &self)
        needsComma = true
    }

    mutating func field(_ name: StaticString, write: (inout JSONWriter) -> Void) {
        begin(name)
        write(&self)
        needsComma = true
    }

    /// A field whose name is known while this runs only.
    mutating func field(named name: String, write: (inout JSONWriter) -> Void) {
        separate()
        string(name)
        buffer.append(UInt8(ascii: ":"))
        write(&self)
        needsComma = true
    }

    /// Text that is JSON already: `true`, `null`.
    mutating func literal(_ text: StaticString) { buffer.append(text) }
    mutating func number(_ value: Int64) { buffer.append(value) }

    /// A finite one, as Swift describes it.
    mutating func number(_ value: Double) { buffer.append(value.description) }

    mutating func string(_ text: String) {
        text.withBytes { text in
            guard Self.hasEscapes(text) else { return buffer.appendQuoted(text) }
            buffer.append(UInt8(ascii: "\""))
            escape(text)
            buffer.append(UInt8(ascii: "\""))
        }
    }

    /// One string, of what `write` adds by `piece`.
    mutating func string(_ write: (inout JSONWriter) -> Void) {
        buffer.append(UInt8(ascii: "\""))
        write(&self)
        buffer.append(UInt8(ascii: "\""))
    }

    mutating func piece(_ text: String) {
        text.withBytes { text in
            if Self.hasEscapes(text) { escape(text) } else { buffer.append(text) }
        }
    }

    mutating func piece(_ number: Int64) { buffer.append(number) }

    mutating func instant(_ instant: Instant) { buffer.appendQuoted(instant) }
    mutating func id<Subject>(_ id: ID<Subject>) { buffer.appendQuoted(id) }

    /// Looks at every byte without a branch, which compilers turn into a few instructions for all of a text.
    private static func hasEscapes(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var found: UInt8 = 0
        for byte in text { found |= isEscaped(byte) ? 1 : 0 }
        return found != 0
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7f
    }

    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""): literal("\\\"")
            case UInt8(ascii: "\\"): literal("\\\\")
            case UInt8(ascii: "\n"): literal("\\n")
            case UInt8(ascii: "\r"): literal("\\r")
            case UInt8(ascii: "\t"): literal("\\t")
            case let byte where Self.isEscaped(byte):
                let digits = Array("0123456789abcdef".utf8)
                literal("\\u00")
                buffer.append(digits[Int(byte >> 4)])
                buffer.append(digits[Int(byte & 15)])
            default: buffer.append(byte)
            }
        }
    }

    /// Up to the value of a field; names are ours, and need no escapes.
    private mutating func begin(_ name: StaticString) {
        buffer.appendName(name, afterComma: needsComma)
        needsComma = false
    }

    private mutating func enclosed(
        _ open: StaticString, _ close: StaticString, _ body: (inout JSONWriter) -> Void
    ) {
        literal(open)
        needsComma = false
        body(&self)
        literal(close)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { buffer.append(UInt8(ascii: ",")) }
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
extension Int: JSONWritable { func write(to json: inout JSONWriter) { json.number(Int64(self)) } }
extension Int64: JSONWritable { func write(to json: inout JSONWriter) { json.number(self) } }
extension Cents: JSONWritable { func write(to json: inout JSONWriter) { count.write(to: &json) } }
extension Seconds: JSONWritable { func write(to json: inout JSONWriter) { count.write(to: &json) } }
extension Instant: JSONWritable { func write(to json: inout JSONWriter) { json.instant(self) } }
extension ID: JSONWritable { func write(to json: inout JSONWriter) { json.id(self) } }

/// In cents, as every amount but `Dollars`.
extension HourlyRate: JSONWritable { func write(to json: inout JSONWriter) { centsPerHour.write(to: &json) } }

/// Measured figures only, never money.
extension Double: JSONWritable {
    func write(to json: inout JSONWriter) {
        if isFinite { json.number(self) } else { json.literal("null") }
    }
}

extension Optional: JSONWritable where Wrapped: JSONWritable {
    func write(to json: inout JSONWriter) {
        if let self { self.write(to: &json) } else { json.literal("null") }
    }
}

extension Array: JSONWritable where Element: JSONWritable {
    /// In place: a loop over the array itself copies each element, and counts each of its texts twice.
    func write(to json: inout JSONWriter) {
        withUnsafeBufferPointer { items in json.array(items.indices) { items[$1].write(to: &$0) } }
    }
}

/// An hourly rate in dollars, as a number with the exact digits: 280 cents are 2.8.
struct Dollars: JSONWritable {
    let rate: HourlyRate

    func write(to json: inout JSONWriter) {
        let (dollars, cents) = rate.centsPerHour.quotientAndRemainder(dividingBy: 100)
        json.number(dollars)
        guard cents > 0 else { return }
        json.literal(".")
        json.number(cents / 10)
        if cents % 10 > 0 { json.number(cents % 10) }
    }
}
