import Configuration
import Crypto
import Foundation

/// The host key of a pod that boots by our script: derived from the outlet's secret and the pod's label. So nobody has
/// to keep it, and whoever is told its fingerprint knows that the server is the one that was ordered.
typealias HostKey = SSHKeyPair

extension HostKey {
    init(secret: Data, label: String) {
        let seed = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret), info: Data("pod host key\n\(label)".utf8),
            outputByteCount: 32)
        self.init(seed: seed.withUnsafeBytes { Array($0) })
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
