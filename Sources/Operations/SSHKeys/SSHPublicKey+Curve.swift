import Crypto
import Domain

extension SSHPublicKey {
    /// Whether an ECDSA key's point lies on its curve, as OpenSSH demands; true of every other key.
    var isOnItsCurve: Bool {
        let point = ecdsaPoint
        return switch algorithm {
        case .ecdsa256, .securityKeyECDSA: (try? P256.Signing.PublicKey(x963Representation: point)) != nil
        case .ecdsa384: (try? P384.Signing.PublicKey(x963Representation: point)) != nil
        case .ecdsa521: (try? P521.Signing.PublicKey(x963Representation: point)) != nil
        case .ed25519, .securityKeyED25519, .rsa: true
        }
    }

    /// The third string of the blob, after the type and the curve.
    private var ecdsaPoint: [UInt8] {
        var rest = blob[...]
        for position in 0... {
            guard rest.count >= 4 else { return [] }
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            if position == 2 { return Array(rest.dropFirst(4).prefix(length)) }
            rest = rest.dropFirst(4 + length)
        }
        return []
    }
}
