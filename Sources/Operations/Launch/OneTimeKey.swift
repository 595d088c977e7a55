import Providers

/// The SSH key with which the meter looks into one pod once. It follows from the outlet's secret key and the pod's
/// label, so it is kept nowhere, and a meter that starts again has it still.
package struct OneTimeKey: Sendable {
    private let pair: SSHKeyPair

    package init(label: String, of secret: SecretKey) {
        pair = SSHKeyPair(seed: secret.authenticationCode(of: label, for: .oneTimeKey))
    }

    /// For a pod's authorized_keys: it runs a command, and gets no terminal, port or agent.
    package var line: String { "restrict \(pair.publicLine) gpu-outlet-looks-once" }
    /// The middle word of the line: no other line holds it.
    package var blob: String { pair.publicLine.split(separator: " ").last.map(String.init)! }
    /// What `ssh -i` reads.
    package var file: String { pair.privateFile }
}
