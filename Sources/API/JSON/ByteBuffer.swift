import Domain

/// Bytes that grow at their end and belong to one owner. An array asks with every piece whether somebody else has it,
/// too; of a long reply that was a third of the writing.
struct ByteBuffer: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var count = 0

    init(capacity: Int) {
        start = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { start.deallocate() }

    var bytes: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

    mutating func append(_ byte: UInt8) {
        reserve(1)
        put(byte)
    }

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        reserve(bytes.count)
        put(bytes)
    }

    mutating func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    /// A text in quotes; it needs no escapes.
    mutating func appendQuoted(_ text: UnsafeBufferPointer<UInt8>) {
        reserve(text.count + 2)
        put(UInt8(ascii: "\""))
        put(text)
        put(UInt8(ascii: "\""))
    }

    /// As ISO 8601 in quotes.
    mutating func appendQuoted(_ instant: Instant) {
        appendQuoted(Instant.iso8601Length) { instant.writeISO8601(to: $0) }
    }

    mutating func appendQuoted<Subject>(_ id: ID<Subject>) {
        appendQuoted(ID<Subject>.length) { id.write(to: $0) }
    }

    /// `length` bytes in quotes, which `write` puts where it is told.
    private mutating func appendQuoted(_ length: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Void) {
        reserve(length + 2)
        put(UInt8(ascii: "\""))
        write(start + count)
        count += length
        put(UInt8(ascii: "\""))
    }

    /// `"name":`, which needs no escapes.
    mutating func appendName(_ name: StaticString, afterComma: Bool) {
        reserve(name.utf8CodeUnitCount + 4)
        if afterComma { put(UInt8(ascii: ",")) }
        put(UInt8(ascii: "\""))
        put(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        put(UInt8(ascii: "\""))
        put(UInt8(ascii: ":"))
    }

    /// In decimal.
    mutating func append(_ number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        var (rest, digits) = (number.magnitude, 1)
        while rest >= 10 { (rest, digits) = (rest / 10, digits + 1) }
        reserve(digits)
        rest = number.magnitude
        for place in (count..<count + digits).reversed() {
            start[place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        count += digits
    }

    /// Where there is room for it.
    private mutating func put(_ byte: UInt8) {
        start[count] = byte
        count += 1
    }

    private mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let first = bytes.baseAddress else { return }
        (start + count).update(from: first, count: bytes.count)
        count += bytes.count
    }

    /// In place, since every piece asks; growing, which few need, stays out of the way.
    @inline(__always)
    private mutating func reserve(_ more: Int) { if capacity - count < more { grow(by: more) } }

    @inline(never)
    private mutating func grow(by more: Int) {
        capacity = max(2 * capacity, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.moveUpdate(from: start, count: count)
        start.deallocate()
        start = larger
    }
}
