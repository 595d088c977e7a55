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
        guard let algorithm = Algorithm(rawValue: words.type) else { throw Self.refusal(ofType: words.type) }
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
        let bytes = text.utf8
        if contains(bytes, "PRIVATE KEY") || contains(bytes, "PuTTY-User-Key-File") { throw .privateKey }
        if contains(bytes, "BEGIN SSH2 PUBLIC KEY") || contains(bytes, "BEGIN PUBLIC KEY")
            || contains(bytes, "BEGIN RSA PUBLIC KEY")
        {
            throw .invalidKey(
                "This is a public key in another format. `ssh-keygen -i -f FILE` turns it into one line.")
        }
        guard bytes.count <= longestLine else {
            throw .invalidKey("The key is too long to be one line of one key.")
        }
        let line = trimmed(text)
        guard !line.isEmpty else {
            throw .invalidKey("The key is empty. Send the line of a file that ends in .pub.")
        }
        guard line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw .invalidKey("Send one key on one line, without line breaks or control characters.")
        }
        let words = line.split(maxSplits: 2, omittingEmptySubsequences: true) { $0 == " " || $0 == "\t" }
        return (String(words[0]), words.count > 1 ? words[1] : nil)
    }

    private static func refusal(ofType type: String) -> SSHKeyRefusal {
        if type == "ssh-dss" {
            return .weakKey("DSA keys are broken. Make a new one: `ssh-keygen -t ed25519`.")
        }
        if type.utf8.count < 64 && type.hasSuffix("-cert-v01@openssh.com") {
            return .invalidKey("This is a certificate; send the plain public key.")
        }
        let knownTypes = Algorithm.allCases.map(\.rawValue).joined(separator: ", ")
        return .invalidKey(
            "A key starts with its type, one of \(knownTypes). Options in front of it are not taken. "
                + "Send the line of a file that ends in .pub.")
    }

    /// Without the blanks and the line end that copying adds.
    private static func trimmed(_ text: String) -> Substring {
        let isBlank: (Character) -> Bool = {
            $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r\n" || $0 == "\r"
        }
        guard let last = text.lastIndex(where: { !isBlank($0) }) else { return "" }
        return text[...last].drop(while: isBlank)
    }

    private static func contains(_ bytes: String.UTF8View, _ phrase: StaticString) -> Bool {
        let phrase = Array("\(phrase)".utf8)
        var rest = bytes[...]
        while let start = rest.firstIndex(of: phrase[0]) {
            rest = rest[start...]
            if rest.starts(with: phrase) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
