/// An address of IPv4 (4 bytes) or IPv6 (16), and the part of the net that it belongs to.
struct NetworkAddress: Hashable, Sendable {
    enum Zone: Hashable, Sendable {
        case global
        case privateNetwork
        case loopback
        case never  // Nothing, everybody, links with their metadata services, and what is not given out.
    }

    let bytes: [UInt8]

    /// By the special-purpose registries of IANA (RFC 6890 and what followed it).
    var zone: Zone { bytes.count == 4 ? Self.zone4(bytes) : Self.zone6(bytes) }

    private static func zone4(_ bytes: [UInt8]) -> Zone {
        switch (bytes[0], bytes[1], bytes[2]) {
        case (127, _, _): .loopback
        case (10, _, _), (172, 16...31, _), (192, 168, _): .privateNetwork
        case (100, 64...127, _): .privateNetwork  // Shared by carriers, and by overlay networks.
        case (0, _, _), (169, 254, _), (224..., _, _): .never
        case (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 18...19, _), (198, 51, 100), (203, 0, 113): .never
        default: .global
        }
    }

    private static func zone6(_ bytes: [UInt8]) -> Zone {
        if bytes.dropLast().allSatisfy({ $0 == 0 }) { return bytes[15] == 1 ? .loopback : .never }
        if bytes.starts(with: mapped) || bytes.starts(with: translated) {
            return zone4(Array(bytes.suffix(4)))
        }
        switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
        case (0xfc...0xfd, _, _, _): return .privateNetwork
        case (0x20, 0x01, 0x0d, 0xb8), (0x20, 0x01, 0...1, _), (0x20, 0x02, _, _): return .never
        case (0x3f, 0xff, 0..<0x10, _): return .never
        case (0x20...0x3f, _, _, _): return .global
        default: return .never
        }
    }

    private static let mapped = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]  // ::ffff:0:0/96
    private static let translated = [0, 0x64, 0xff, 0x9b] + [UInt8](repeating: 0, count: 8)  // 64:ff9b::/96
}
