import Crypto
import Foundation

/// An Ed25519 key in the forms that OpenSSH reads.
package struct SSHKeyPair: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// - Precondition: 32 bytes; any are a key.
    package init(seed: [UInt8]) { key = try! Curve25519.Signing.PrivateKey(rawRepresentation: seed) }

    /// `SHA256:…`, as OpenSSH prints it.
    package var fingerprint: String {
        let digest = Data(SHA256.hash(data: publicBlob)).base64EncodedString()
        return "SHA256:" + digest.prefix { $0 != "=" }
    }

    /// `ssh-ed25519 AAAA…`
    package var publicLine: String { "ssh-ed25519 " + publicBlob.base64EncodedString() }

    /// OpenSSH's own format, unencrypted.
    package var privateFile: String {
        // Twice the same number shows a reader that nothing was encrypted.
        let check = Data(SHA256.hash(data: publicBlob).prefix(4))
        var secret = check + check + Self.text("ssh-ed25519") + Self.field(key.publicKey.rawRepresentation)
        secret += Self.field(key.rawRepresentation + key.publicKey.rawRepresentation) + Self.text("pod")
        secret += Data((1...8).prefix((8 - secret.count % 8) % 8).map(UInt8.init))
        let file =
            Data("openssh-key-v1\0".utf8) + Self.text("none") + Self.text("none") + Self.text("")
            + Self.number(1) + Self.field(publicBlob) + Self.field(secret)
        let lines = file.base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN OPENSSH PRIVATE KEY-----\n\(lines)\n-----END OPENSSH PRIVATE KEY-----\n"
    }

    private var publicBlob: Data { Self.text("ssh-ed25519") + Self.field(key.publicKey.rawRepresentation) }

    private static func text(_ text: String) -> Data { field(Data(text.utf8)) }
    private static func field(_ bytes: Data) -> Data { number(UInt32(bytes.count)) + bytes }
    private static func number(_ number: UInt32) -> Data {
        withUnsafeBytes(of: number.bigEndian) { Data($0) }
    }
}
