import HTTP

/// One request's bytes, taken record by record and checked, before libfcgi sees any of them: it trusts lengths
/// that a peer claims, and ends the process when it cannot have that much memory.
/// Invariant: every parameter lies within `parameters`, and none can be read as two.
struct Arrival: Equatable {
    let id: UInt16
    private(set) var parameters: [UInt8] = []  // Names and values, as on the wire.
    private(set) var body: [UInt8] = []  // Up to what shows that it is too long.
    private(set) var isWhole = false  // Nothing that belongs to it is left unread.
    // Its parameters, which are dropped then; it gets an answer all the same.
    private(set) var isTooLong = false

    /// Reads up to the end of the body. Management records are answered with `reply`.
    /// - Throws: why there is nothing to serve.
    init(from reader: inout RecordReader, reply: ([UInt8]) -> Void) throws(Refusal) {
        id = try Self.begin(&reader, reply)
        try readParameters(&reader, reply)
        if !isTooLong { try readBody(&reader, reply) }
    }

    private static func begin(_ reader: inout RecordReader, _ reply: ([UInt8]) -> Void) throws(Refusal)
        -> UInt16
    {
        let record = try requestRecord(&reader, reply)
        guard record.kind == Record.Kind.begin, record.content.count == 8 else { throw .illFormed }
        let role = Array(record.content.prefix(2))
        guard role == [0, 1] else { throw .unknownRole(record.request) }
        return record.request
    }

    private mutating func readParameters(_ reader: inout RecordReader, _ reply: ([UInt8]) -> Void)
        throws(Refusal)
    {
        while true {
            let content = try next(Record.Kind.parameters, &reader, reply)
            if content.isEmpty { break }
            guard parameters.count + content.count <= RequestLimits.parameterBytes else {
                parameters = []
                isTooLong = true
                return  // Whatever else comes is left unread.
            }
            parameters += content
        }
        guard Self.areWellFormed(parameters) else { throw .illFormed }
    }

    /// A body that breaks off is taken as far as it came: its announced length tells, and the client, who may
    /// have closed its own half only, hears of it.
    private mutating func readBody(_ reader: inout RecordReader, _ reply: ([UInt8]) -> Void) throws(Refusal) {
        do {
            while body.count <= RequestLimits.largestBody {
                let content = try next(Record.Kind.input, &reader, reply)
                isWhole = content.isEmpty
                if isWhole { return }
                body += content
            }
        } catch Refusal.gone {}
    }

    /// The content of the next record, which has to be of this request and kind.
    private func next(
        _ kind: UInt8, _ reader: inout RecordReader, _ reply: ([UInt8]) -> Void
    ) throws(Refusal) -> ArraySlice<UInt8> {
        let record = try Self.requestRecord(&reader, reply)
        guard record.request == id else { throw .illFormed }  // Two requests at once on one connection.
        if record.kind == Record.Kind.abort { throw .aborted(id) }
        guard record.kind == kind else { throw .illFormed }
        return record.content
    }

    /// The next record that is not about the connection itself. None of the values it may ask for is known here.
    private static func requestRecord(_ reader: inout RecordReader, _ reply: ([UInt8]) -> Void)
        throws(Refusal) -> Record
    {
        while true {
            let record = try reader.record()
            guard record.request == 0 else { return record }
            if record.kind == Record.Kind.values {
                reply(Record(Record.Kind.valuesResult, of: 0).encoded)
            } else {
                reply(Record(Record.Kind.unknown, of: 0, [record.kind, 0, 0, 0, 0, 0, 0, 0]).encoded)
            }
        }
    }

    /// Whether names and values fill the block exactly, and stay what they are as C strings `name=value`.
    static func areWellFormed(_ block: [UInt8]) -> Bool {
        var rest = block[...]
        while !rest.isEmpty {
            guard let name = length(&rest), let value = length(&rest), name + value <= rest.count,
                !rest.prefix(name).contains(UInt8(ascii: "=")), !rest.prefix(name + value).contains(0)
            else { return false }
            rest = rest.dropFirst(name + value)
        }
        return true
    }

    /// One byte below 128, or four with the highest bit set.
    private static func length(_ rest: inout ArraySlice<UInt8>) -> Int? {
        guard let first = rest.first else { return nil }
        let size = first < 0x80 ? 1 : 4
        guard rest.count >= size else { return nil }
        defer { rest = rest.dropFirst(size) }
        return rest.prefix(size).reduce(0) { $0 << 8 | Int($1) } & 0x7FFF_FFFF
    }

    /// The request anew, for libfcgi. It asks to keep the connection, whose end is not libfcgi's to decide.
    var encoded: [UInt8] {
        Record(Record.Kind.begin, of: id, [0, 1, 1, 0, 0, 0, 0, 0]).encoded
            + Record.stream(Record.Kind.parameters, of: id, parameters)
            + Record.stream(Record.Kind.input, of: id, body)
    }
}
