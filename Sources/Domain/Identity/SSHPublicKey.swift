/// An SSH public key that a pod may trust.
/// Invariants: the blob is one well-formed key of `algorithm`, to its last byte, and strong enough.
package struct SSHPublicKey: Hashable, Sendable {
    package enum Algorithm: String, Sendable, CaseIterable {
        case ed25519 = "ssh-ed25519"
        case ecdsa256 = "ecdsa-sha2-nistp256"
        case ecdsa384 = "ecdsa-sha2-nistp384"
        case ecdsa521 = "ecdsa-sha2-nistp521"
        case rsa = "ssh-rsa"
        case securityKeyED25519 = "sk-ssh-ed25519@openssh.com"
        case securityKeyECDSA = "sk-ecdsa-sha2-nistp256@openssh.com"
    }

    package let algorithm: Algorithm
    package let blob: [UInt8]  // The wire form of RFC 4253, 6.6; the fingerprint is its SHA-256.

    /// Reads one line of an authorized_keys file: `type base64`, and a comment, which is dropped.
    /// - Throws: `SSHKeyRefusal`, never `.duplicate`.
    package init(line: String) throws(SSHKeyRefusal) {
        let words = try Self.words(of: line)
        guard let algorithm = Algorithm(rawValue: words.type) else {
            preconditionFailure("the type is known")
        }
        guard let base64 = words.base64, let blob = Base64.decode(base64) else {
            throw .invalidKey(
                "The key after “\(algorithm.rawValue)” is not whole: copy the line again, without breaks.")
        }
        try SSHWire.check(blob, isA: algorithm)
        (self.algorithm, self.blob) = (algorithm, blob)
    }

    /// `type base64`: what is stored, and what a pod is given.
    package var line: String { "\(algorithm.rawValue) \(Base64.encode(blob))" }

    /// Longest line read: an RSA key of 16,384 bits takes 2,800 characters.
    private static let longestLine = 8_192

    private static func words(of text: String) throws(SSHKeyRefusal) -> (type: String, base64: Substring?) {
        if let refusal = SSHKeyPaste.refusalOfFormat(text) { throw refusal }
        guard text.utf8.count <= longestLine else {
            throw .invalidKey("The key is too long to be one line of one key.")
        }
        let line = trimmed(text)
        guard !line.isEmpty else {
            throw .invalidKey("The key is empty. Send the line of a file that ends in .pub.")
        }
        guard line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw SSHKeyPaste.refusalOfLines(line)
        }
        let words = line.split(maxSplits: 2, omittingEmptySubsequences: true) { $0 == " " || $0 == "\t" }
        let type = String(words[0])
        guard Algorithm(rawValue: type) != nil else { throw SSHKeyPaste.refusalOfStart(type, in: line) }
        return (type, words.count > 1 ? words[1] : nil)
    }

    /// Without the blanks and the line end that copying adds.
    private static func trimmed(_ text: String) -> Substring {
        let isBlank: (Character) -> Bool = {
            $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r\n" || $0 == "\r"
        }
        guard let last = text.lastIndex(where: { !isBlank($0) }) else { return "" }
        return text[...last].drop(while: isBlank)
    }
}
