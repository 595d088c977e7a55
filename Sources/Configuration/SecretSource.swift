import Foundation
import Glibc

/// Where a secret is: never in the configuration itself. It is read by the process that needs it, at its start.
package enum SecretSource: Hashable, Sendable {
    case file(String)
    case environment(String)

    /// The secret, without blanks and line ends around it.
    /// - Throws: `SecretFault`, which never repeats any of it.
    package func read() throws(SecretFault) -> String {
        switch self {
        case .environment(let name):
            let text = ProcessInfo.processInfo.environment[name] ?? ""
            return try checked(text, "the environment variable \(name)")
        case .file(let path):
            var status = stat()
            guard stat(path, &status) == 0, let bytes = FileManager.default.contents(atPath: path) else {
                throw SecretFault(description: "\(path) cannot be read: \(String(cString: strerror(errno)))")
            }
            guard status.st_mode & 0o007 == 0 else {
                throw SecretFault(description: "\(path) is open to everybody on this machine: chmod 0400 it")
            }
            return try checked(String(decoding: bytes, as: UTF8.self), path)
        }
    }

    private func checked(_ text: String, _ place: String) throws(SecretFault) -> String {
        let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard (1...4_096).contains(secret.utf8.count), secret.isPrintable else {
            throw SecretFault(description: "\(place) holds no secret of one line")
        }
        return secret
    }
}

package struct SecretFault: Error, CustomStringConvertible {
    package let description: String
}

extension YAMLSection {
    /// The keys by which a section names the secret `name`.
    static func secretKeys(_ name: String) -> [String] { ["\(name)File", "\(name)Env"] }

    /// `nameFile: PATH`, relative to `folder`, or `nameEnv: VARIABLE`.
    func secret(_ name: String, folder: String) -> SecretSource {
        let (file, variable) = ("\(name)File", "\(name)Env")
        guard has(file) != has(variable) else {
            refuse(file, has(file) ? "and \(variable) must not both be there" : "or \(variable) is missing")
            return .environment("")
        }
        if has(variable) {
            return .environment(
                text(variable, default: nil, rule: "the name of an environment variable") {
                    $0.isName(1...128, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
                })
        }
        return .file(path(file, folder: folder) ?? "")
    }

    /// An absolute path, made so from `folder`; nil when the key is not there.
    func path(_ key: String, folder: String) -> String? {
        optionalText(key, rule: "a path without control characters") { !$0.isEmpty && $0.isPrintable }.map {
            URL(fileURLWithPath: $0, relativeTo: URL(fileURLWithPath: folder, isDirectory: true))
                .standardizedFileURL.path
        }
    }

    /// `true` or `false`, and nothing that resembles them.
    func flag(_ key: String, default fallback: Bool) -> Bool {
        text(key, default: fallback ? "true" : "false", rule: "true or false") {
            $0 == "true" || $0 == "false"
        } == "true"
    }
}
