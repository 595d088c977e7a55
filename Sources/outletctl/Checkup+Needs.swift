import Configuration
import Foundation

extension Checkup {
    /// The files that the outlet's programs read at their start. What is in them is told to nobody.
    static func needs(_ settings: Settings) -> [Finding] {
        settings.needs.map { need in
            switch need.kind {
            case .secret(.environment(let name)):
                .ok(
                    need.key,
                    "its secret is \(name) in the environment of its service, which is not looked at here")
            case .secret(.file(let path)) where path.hasPrefix(handedOver):
                .ok(
                    need.key, "its secret is handed over by systemd, see LoadCredential= of \(unit(of: path))"
                )
            case .secret(.file(let path)): secret(need.key, in: path)
            case .certificates(let path): certificates(need.key, in: path)
            }
        }
    }

    private static let handedOver = "/run/credentials/"

    /// The service whose credentials lie there.
    private static func unit(of path: String) -> String {
        String(path.dropFirst(handedOver.count).prefix { $0 != "/" })
    }

    private static func secret(_ key: String, in path: String) -> Finding {
        do {
            _ = try SecretSource.file(path).read()
            return .ok(key, "\(path) holds its secret")
        } catch { return .fail(key, error.description) }
    }

    private static func certificates(_ key: String, in path: String) -> Finding {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            return .fail(key, "\(path) cannot be read: \(lastSystemError())")
        }
        return String(decoding: bytes, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----")
            ? .ok(key, "\(path) holds certificates") : .fail(key, "\(path) holds no certificate in PEM")
    }
}
