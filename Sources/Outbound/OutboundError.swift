/// Why there is no answer. It names the host and nothing else of the request: paths, headers and bodies hold secrets.
package struct OutboundError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        case invalidRequest(String)  // Which rule it breaks.
        case addressRefused  // The name leads to an address outside the client's reach.
        case couldNotResolve
        case couldNotConnect
        case tls(String)  // In the words of the TLS library.
        case timedOut
        case tooLarge
        case torn  // The connection ended before the answer did.
        case malformed  // What came is not HTTP.
        case busy  // Too many requests wait already.
        case cancelled
        case failed(String)  // Something else, in libcurl's words.
    }

    package let reason: Reason
    package let host: String
    /// False only when not a byte of the request was sent, so that it certainly did nothing.
    package let mayHaveArrived: Bool

    package init(_ reason: Reason, host: String, mayHaveArrived: Bool) {
        self.reason = reason
        self.host = host
        self.mayHaveArrived = mayHaveArrived
    }

    package var description: String {
        let text =
            switch reason {
            case .invalidRequest(let rule): "the request was not sent: \(rule)"
            case .addressRefused: "its address is in a network that is not declared"
            case .couldNotResolve: "its name cannot be resolved"
            case .couldNotConnect: "no connection"
            case .tls(let words): "no TLS: \(words)"
            case .timedOut: mayHaveArrived ? "no whole answer in time" : "no connection in time"
            case .tooLarge: "the answer is too large"
            case .torn: "the answer broke off"
            case .malformed: "the answer is not HTTP"
            case .busy: "too many requests wait already"
            case .cancelled: "cancelled"
            case .failed(let words): words
            }
        return "\(host): \(text)"
    }
}
