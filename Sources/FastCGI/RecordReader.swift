/// Takes records from whatever `receive` leads to, which fills a buffer and answers how many bytes came: 0 when
/// the peer broke off or was too slow. What is held at once is one record, so 64 KiB, whatever is claimed.
struct RecordReader {
    private let receive: (UnsafeMutableRawBufferPointer) -> Int
    private var buffer: [UInt8] = []
    private var next = 0  // The first byte of `buffer` that is not taken yet.

    init(receive: @escaping (UnsafeMutableRawBufferPointer) -> Int) { self.receive = receive }

    /// The next record.
    /// - Throws: `Refusal.gone` when it does not come whole, `.illFormed` for another version of the protocol.
    mutating func record() throws(Refusal) -> Record {
        let head = Array(try take(Record.headBytes))
        guard head[0] == Record.version else { throw .illFormed }
        let count = Int(head[4]) << 8 | Int(head[5])
        let padding = Int(head[6])
        let content = try take(count + padding).prefix(count)
        return Record(head[1], of: UInt16(head[2]) << 8 | UInt16(head[3]), content)
    }

    private mutating func take(_ count: Int) throws(Refusal) -> ArraySlice<UInt8> {
        while buffer.count - next < count { try fill() }
        defer { next += count }
        return buffer[next..<(next + count)]
    }

    private mutating func fill() throws(Refusal) {
        let kept = buffer[next...]
        let room = 16 * 1_024
        buffer = [UInt8](unsafeUninitializedCapacity: kept.count + room) { [receive] buffer, filled in
            _ = buffer.initialize(from: kept)
            filled =
                kept.count
                + receive(
                    UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[kept.count...]))
                )
        }
        next = 0
        guard buffer.count > kept.count else { throw .gone }
    }
}
