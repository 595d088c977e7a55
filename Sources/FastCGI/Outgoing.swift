/// The records of one reply, gathered until they are sent: most replies leave with one write, and wake nginx once.
/// libfcgi writes eight kilobytes at a time.
final class Outgoing {
    private let request: UInt16
    private let send: ([UInt8]) -> Bool
    private var bytes: [UInt8] = []

    /// What is gathered at most before it is sent.
    private static let most = 256 * 1_024

    /// - Parameter send: answers false when the client is gone.
    init(to request: UInt16, send: @escaping ([UInt8]) -> Bool) {
        self.request = request
        self.send = send
    }

    /// False when the client is gone.
    func write(_ content: [UInt8]) -> Bool {
        Record.write(Record.Kind.output, of: request, content, to: &bytes)
        return bytes.count < Self.most || flush()
    }

    /// Sends what is gathered; false when the client is gone.
    func flush() -> Bool {
        defer { bytes = [] }
        return bytes.isEmpty || send(bytes)
    }

    /// Sends the rest, and the reply's end.
    func finish() {
        bytes += Record(Record.Kind.output, of: request).encoded
        bytes += Record(Record.Kind.end, of: request, [0, 0, 0, 0, 0, 0, 0, 0]).encoded
        _ = flush()
    }
}
