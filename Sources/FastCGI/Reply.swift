import HTTP

/// Writes a reply as CGI does, to whatever `write` and `flush` lead to; both answer false when the client is gone.
struct Reply {
    /// `sent`: but for what is still buffered, which leaves with the reply's end: one write for most replies.
    enum Outcome { case sent, clientGone, broken(any Error) }

    let write: ([UInt8]) -> Bool
    let flush: () -> Bool

    /// A body in chunks is flushed chunk by chunk. `broken`: its source failed after the head was sent, so the
    /// reply must not look whole.
    func send(_ response: Response, to method: Request.Method?) -> Outcome {
        guard write(response.cgiHead()) else { return .clientGone }
        if response.sendsBody(to: method) {
            switch response.body {
            case .bytes(let bytes): guard write(bytes) else { return .clientGone }
            case .chunks(let next):
                do {
                    while let chunk = try next() {
                        guard write(chunk), flush() else { return .clientGone }
                    }
                } catch { return .broken(error) }
            }
        }
        return .sent
    }
}
