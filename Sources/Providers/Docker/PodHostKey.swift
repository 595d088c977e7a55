import Crypto
import Foundation

/// A new Ed25519 key pair for one pod's SSH server, made here and never on a disk of ours. Never used twice: the pod
/// can read it. The file is as OpenSSH's PROTOCOL.key has it.
struct PodHostKey {
    let privateFile: String
    let publicLine: String  // `ssh-ed25519 base64`

    init() { self.init(Curve25519.Signing.PrivateKey(), check: UInt32.random(in: 0 ... .max)) }

    /// `check` stands twice in the private part; readers compare the two.
    init(_ key: Curve25519.Signing.PrivateKey, check: UInt32) {
        let type = Array("ssh-ed25519".utf8)
        let point = Array(key.publicKey.rawRepresentation)
        let publicBlob = Self.string(type) + Self.string(point)
        var secret = Self.number(check) + Self.number(check) + publicBlob
        secret += Self.string(Array(key.rawRepresentation) + point) + Self.string(Array("pod".utf8))
        secret += (0..<((8 - secret.count % 8) % 8)).map { UInt8($0 + 1) }
        var file = Array("openssh-key-v1\0".utf8)
        file += Self.string(Array("none".utf8)) + Self.string(Array("none".utf8)) + Self.string([])
        file += Self.number(1) + Self.string(publicBlob) + Self.string(secret)
        let lines = Data(file).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        privateFile = "-----BEGIN OPENSSH PRIVATE KEY-----\n\(lines)\n-----END OPENSSH PRIVATE KEY-----\n"
        publicLine = "ssh-ed25519 " + Data(publicBlob).base64EncodedString()
    }

    var fingerprint: String { SSHServer.fingerprint(of: publicLine) }

    private static func number(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func string(_ bytes: [UInt8]) -> [UInt8] { number(UInt32(bytes.count)) + bytes }
}
