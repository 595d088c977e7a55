/// What people paste in place of one line of one public key, and what to tell them. No message repeats any of the
/// text: it may be a secret.
enum SSHKeyPaste {
    /// Text that is a key in another format, or a private one.
    static func refusalOfFormat(_ text: String) -> SSHKeyRefusal? {
        // The last is how the content of OpenSSH's private keys begins, should the line above it be missing.
        for phrase in ["PRIVATE KEY", "PuTTY-User-Key-File", "Private-Lines:", "b3BlbnNzaC1rZXktdjEA"]
        where contains(text, phrase) {
            return .privateKey
        }
        let formats = [
            ("BEGIN SSH2 PUBLIC KEY", "ssh-keygen -i -f FILE"),  // RFC 4716, which PuTTY saves too.
            ("BEGIN PUBLIC KEY", "ssh-keygen -i -m PKCS8 -f FILE"),
            ("BEGIN RSA PUBLIC KEY", "ssh-keygen -i -m PEM -f FILE"),
        ]
        return formats.first { contains(text, $0.0) }.map {
            .invalidKey("This is a public key in another format. `\($0.1)` turns it into one line.")
        }
    }

    /// Text of several lines, or with other control characters.
    static func refusalOfLines(_ text: Substring) -> SSHKeyRefusal {
        let lines = text.split { $0.isNewline }.map { $0.drop { $0 == " " || $0 == "\t" } }
        let keys = lines.filter { line in !line.hasPrefix("#") && types.contains { line.hasPrefix($0 + " ") }
        }
        if keys.count > 1 {
            return .invalidKey(
                "These are \(keys.count) keys. Add them one at a time, each with its own name.")
        }
        if keys.count == 1 && lines.count > 1 {
            return lines.first == keys.first
                ? .invalidKey("The key was broken into lines on the way. Copy it again as one line.")
                : .invalidKey("There are lines beside the key. Send its own line only.")
        }
        return .invalidKey("Send one key on one line, without line breaks or control characters.")
    }

    /// A line that does not begin with the type of a key that is taken.
    static func refusalOfStart(_ type: String, in line: Substring) -> SSHKeyRefusal {
        if type == "ssh-dss" {
            return .weakKey("DSA keys are broken. Make a new one: `ssh-keygen -t ed25519`.")
        }
        if type.utf8.count < 64 && type.hasSuffix("-cert-v01@openssh.com") {
            return .invalidKey("This is a certificate; send the plain public key.")
        }
        if types.contains(where: { contains(String(line), " \($0) ") }) {
            return .invalidKey(
                "There is something in front of the key, such as options or the name of a host. Send the line from "
                    + "the type of the key on.")
        }
        if type.hasPrefix("AAAA") {
            return .invalidKey(
                "The type in front is missing. Copy the whole line, which begins with ssh- or so.")
        }
        if type.hasPrefix("SHA256:") || type.hasPrefix("MD5:") {
            return .invalidKey("This is the fingerprint of a key. Send the key itself.")
        }
        if type.hasSuffix(".pub") {
            return .invalidKey("This is the name of a file. Send what is in it.")
        }
        return .invalidKey(
            "A key starts with its type, one of \(types.joined(separator: ", ")). Send the line of a file that ends "
                + "in .pub.")
    }

    private static let types = SSHPublicKey.Algorithm.allCases.map(\.rawValue)

    private static func contains(_ text: String, _ phrase: String) -> Bool {
        let (bytes, phrase) = (text.utf8, Array(phrase.utf8))
        var rest = bytes[...]
        while let start = rest.firstIndex(of: phrase[0]) {
            rest = rest[start...]
            if rest.starts(with: phrase) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
