import Configuration
import Crypto
import Foundation

/// The host key of a pod that boots by our script: derived from the outlet's secret and the pod's label. So nobody has
/// to keep it, and whoever is told its fingerprint knows that the server is the one that was ordered.
struct HostKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    init(secret: Data, label: String) {
        let seed = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret), info: Data("pod host key\n\(label)".utf8),
            outputByteCount: 32)
        // Any 32 bytes are a key.
        key = seed.withUnsafeBytes { try! Curve25519.Signing.PrivateKey(rawRepresentation: $0) }
    }

    /// `SHA256:…`, as OpenSSH prints it.
    var fingerprint: String {
        let digest = Data(SHA256.hash(data: publicBlob)).base64EncodedString()
        return "SHA256:" + digest.prefix { $0 != "=" }
    }

    /// `ssh-ed25519 AAAA…`
    var publicLine: String { "ssh-ed25519 " + publicBlob.base64EncodedString() }

    /// OpenSSH's own format, unencrypted.
    var privateFile: String {
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

/// Host keys under the outlet's own secret.
package struct HostKeys: Sendable {
    private let read: @Sendable () -> Data?

    /// - Parameter path: the file of the outlet's secret, which its programs make at their first start.
    package init(secretKeyPath path: String) {
        read = { FileManager.default.contents(atPath: path).flatMap { $0.isEmpty ? nil : $0 } }
    }

    /// Nil without a secret: then the pod's own key serves, and nobody can tell it beforehand.
    func key(of label: String) -> HostKey? { read().map { HostKey(secret: $0, label: label) } }
}
