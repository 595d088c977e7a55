/// Why an SSH public key is not taken. No case carries any of the text that was sent: it may be a secret.
package enum SSHKeyRefusal: Error, Hashable, Sendable {
    case privateKey
    case invalidKey(String)  // What is wrong with it, for its owner.
    case weakKey(String)
    case duplicate  // The user already has a key with this fingerprint.

    /// For people: what is wrong and what to do.
    package var message: String {
        switch self {
        case .privateKey:
            "This is a PRIVATE key: whoever holds it can be you. Nothing of it was kept, but it has left your machine, "
                + "so consider it spent. Send the public half instead, the file that ends in .pub."
        case .invalidKey(let reason), .weakKey(let reason): reason
        case .duplicate: "You have already added this key."
        }
    }
}
