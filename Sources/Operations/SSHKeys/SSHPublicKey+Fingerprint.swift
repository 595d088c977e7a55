import Domain

extension SSHPublicKey {
    /// `SHA256:` and 43 characters, as `ssh-keygen -l` shows it.
    package var fingerprint: String { "SHA256:" + Base64.encode(sha256(blob)).prefix { $0 != "=" } }
}
