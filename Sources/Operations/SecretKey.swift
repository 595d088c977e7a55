import Crypto
import Foundation
import Glibc

/// 256 random bits in a file beside the database, never in it: what is stored under this key is of no use to
/// whoever has the database alone. Losing it costs the codes and the letters that are on their way, nothing more.
package struct SecretKey: Sendable {
    package enum Purpose: String, Sendable {
        case signInCode = "sign-in code"
        case mail
        case oneTimeKey = "one-time key of a pod"
    }

    private let key: SymmetricKey

    /// - Precondition: 32 bytes.
    package init(_ bytes: [UInt8]) {
        precondition(bytes.count == 32, "a secret key has 256 bits")
        key = SymmetricKey(data: bytes)
    }

    /// HMAC-SHA-256.
    package func authenticationCode(of text: String, for purpose: Purpose) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: derived(purpose)))
    }

    /// In constant time.
    package func isAuthenticationCode(_ code: [UInt8], of text: String, for purpose: Purpose) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(
            Data(code), authenticating: Data(text.utf8), using: derived(purpose))
    }

    /// Encrypted and authenticated, together with `context`, which has to be the same at `open`.
    package func seal(_ bytes: [UInt8], for purpose: Purpose, context: String) throws -> [UInt8] {
        let box = try ChaChaPoly.seal(
            Data(bytes), using: derived(purpose), authenticating: Data(context.utf8))
        return Array(box.combined)
    }

    /// Nil when it was sealed with another key, for another purpose or context, or has been changed.
    package func open(_ sealed: [UInt8], for purpose: Purpose, context: String) -> [UInt8]? {
        guard let box = try? ChaChaPoly.SealedBox(combined: Data(sealed)) else { return nil }
        let opened = try? ChaChaPoly.open(box, using: derived(purpose), authenticating: Data(context.utf8))
        return opened.map(Array.init)
    }

    private func derived(_ purpose: Purpose) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, info: Data("gpu-outlet \(purpose.rawValue)".utf8), outputByteCount: 32)
    }
}

extension SecretKey {
    /// The key in the file at `path`, which is made when it is not there. Of several processes that make it at the
    /// same time, all get the same.
    /// - Throws: `EnvironmentError` when it can neither be read nor made.
    package init(path: String) throws {
        if let bytes = try Self.read(path) {
            self.init(bytes)
            return
        }
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let scratch = "\(path).\(getpid()).\(UInt32.random(in: .min ... .max))"
        let file = Glibc.open(scratch, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw Self.fault(path, "cannot be made") }
        defer { unlink(scratch) }
        let written = write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        Glibc.close(file)
        // A link, not a rename: it never takes the place of one that somebody else has made.
        guard written, link(scratch, path) == 0 || errno == EEXIST, let made = try Self.read(path) else {
            throw Self.fault(path, "cannot be made")
        }
        self.init(made)
    }

    private static func read(_ path: String) throws -> [UInt8]? {
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw fault(path, "cannot be read")
        }
        defer { Glibc.close(file) }
        var bytes = [UInt8](repeating: 0, count: 33)
        let count = Glibc.read(file, &bytes, bytes.count)
        guard count == 32 else {
            throw EnvironmentError(
                description: "\(path) is not a key of 32 bytes; move it away for a new one")
        }
        return Array(bytes.prefix(32))
    }

    private static func fault(_ path: String, _ what: String) -> EnvironmentError {
        EnvironmentError(description: "\(path) \(what): \(String(cString: strerror(errno)))")
    }
}
