/// The wire form of public keys: RFC 4253 6.6 (RSA), RFC 5656 3.1 (ECDSA), RFC 8709 4 (Ed25519), and
/// OpenSSH's PROTOCOL.u2f (security keys). Every string is four bytes of length, then so many bytes.
enum SSHWire {
    /// - Throws: `.invalidKey` unless the blob is one whole key of `algorithm` and nothing more; `.weakKey` for short RSA.
    static func check(_ blob: [UInt8], isA algorithm: SSHPublicKey.Algorithm) throws(SSHKeyRefusal) {
        var reader = SSHWireReader(blob)
        guard try reader.string().elementsEqual(algorithm.rawValue.utf8) else {
            throw .invalidKey("The key is of another type inside than it says in front.")
        }
        switch algorithm {
        case .ed25519: try checkED25519(&reader)
        case .ecdsa256: try checkPoint(&reader, curve: "nistp256", coordinate: 32)
        case .ecdsa384: try checkPoint(&reader, curve: "nistp384", coordinate: 48)
        case .ecdsa521: try checkPoint(&reader, curve: "nistp521", coordinate: 66)
        case .rsa: try checkRSA(&reader)
        case .securityKeyED25519:
            try checkED25519(&reader)
            try checkApplication(&reader)
        case .securityKeyECDSA:
            try checkPoint(&reader, curve: "nistp256", coordinate: 32)
            try checkApplication(&reader)
        }
        guard reader.isAtEnd else { throw SSHWireReader.damaged }
    }

    private static func checkED25519(_ reader: inout SSHWireReader) throws(SSHKeyRefusal) {
        guard try reader.string().count == 32 else { throw SSHWireReader.damaged }
    }

    /// Uncompressed points only, as OpenSSH writes them: 0x04, x, y.
    private static func checkPoint(
        _ reader: inout SSHWireReader, curve: String, coordinate: Int
    ) throws(SSHKeyRefusal) {
        guard try reader.string().elementsEqual(curve.utf8) else {
            throw .invalidKey("The key names another curve inside than it says in front.")
        }
        let point = try reader.string()
        guard point.count == 1 + 2 * coordinate, point.first == 0x04 else { throw SSHWireReader.damaged }
    }

    private static func checkRSA(_ reader: inout SSHWireReader) throws(SSHKeyRefusal) {
        let exponent = try reader.positiveInteger()
        let modulus = try reader.positiveInteger()
        let bits = modulus.count * 8 - modulus[modulus.startIndex].leadingZeroBitCount
        guard bits >= 2_048 else {
            throw .weakKey(
                "RSA keys need at least 2048 bits; this one has \(bits). Better: `ssh-keygen -t ed25519`.")
        }
        guard bits <= 16_384 else {
            throw .invalidKey("RSA keys of more than 16384 bits are not usable with OpenSSH.")
        }
        let isOdd = exponent.last! & 1 == 1 && modulus.last! & 1 == 1
        guard isOdd, exponent.count <= 8 else { throw SSHWireReader.damaged }
        guard exponent.count > 1 || exponent.first! >= 3 else {
            throw .weakKey(
                "This RSA key encrypts nothing: its exponent is 1. Make a new one: `ssh-keygen -t ed25519`.")
        }
    }

    private static func checkApplication(_ reader: inout SSHWireReader) throws(SSHKeyRefusal) {
        guard try !reader.string().isEmpty else { throw SSHWireReader.damaged }
    }
}

/// Reads lengths and strings off the front of a key; never past its end.
struct SSHWireReader {
    private var rest: ArraySlice<UInt8>

    init(_ blob: [UInt8]) { rest = blob[...] }

    static let damaged = SSHKeyRefusal.invalidKey(
        "The key is damaged: copy the whole line of the .pub file again.")

    var isAtEnd: Bool { rest.isEmpty }

    mutating func string() throws(SSHKeyRefusal) -> ArraySlice<UInt8> {
        guard rest.count >= 4 else { throw Self.damaged }
        let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(4)
        guard length <= rest.count else { throw Self.damaged }
        defer { rest = rest.dropFirst(length) }
        return rest.prefix(length)
    }

    /// A positive `mpint` (RFC 4251, 5) in its one canonical spelling, without the byte of its sign.
    mutating func positiveInteger() throws(SSHKeyRefusal) -> ArraySlice<UInt8> {
        let bytes = try string()
        // Empty is 0; the top bit is a minus.
        guard let first = bytes.first, first < 0x80 else { throw Self.damaged }
        guard first == 0 else { return bytes }
        let magnitude = bytes.dropFirst()
        guard let next = magnitude.first, next >= 0x80 else { throw Self.damaged }  // A superfluous zero.
        return magnitude
    }
}
