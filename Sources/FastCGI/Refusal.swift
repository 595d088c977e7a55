/// Why a connection's bytes are not served, by precedence: the first that applies ends it.
enum Refusal: Error, Hashable {
    case gone  // The peer broke off, or was too slow.
    case illFormed  // Not FastCGI, or not in its order.
    case aborted(UInt16)
    case unknownRole(UInt16)

    /// What the peer is told, as the protocol has it; nothing when it does not speak the protocol.
    var farewell: [UInt8] {
        switch self {
        case .gone, .illFormed: []
        case .aborted(let request): Record(Record.Kind.end, of: request, [0, 0, 0, 0, 0, 0, 0, 0]).encoded
        case .unknownRole(let request):
            Record(Record.Kind.end, of: request, [0, 0, 0, 0, 3, 0, 0, 0]).encoded
        }
    }
}
