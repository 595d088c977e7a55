import Foundation
import Yams

extension YAMLSection {
    private static let originRule =
        "http:// or https://, a host and perhaps :port, such as https://gpu.example.org"

    /// `scheme://host[:port]`, lower case and without a slash at the end, as browsers send it.
    func origin(_ key: String) -> String {
        let text = text(key, default: nil, rule: Self.originRule) { Self.origin(of: $0) != nil }
        return Self.origin(of: text) ?? ""
    }

    func origins(_ key: String) -> [String] {
        list(key).compactMap { node, path in
            guard let origin = node.scalar.flatMap({ Self.origin(of: $0.string) }) else {
                problems.add("must be \(Self.originRule)", at: path, line: node.mark?.line)
                return nil
            }
            return origin
        }
    }

    private static func origin(of text: String) -> String? {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host?.lowercased(), !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil,
            ["", "/"].contains(parts.path), parts.port.map({ (1...65_535).contains($0) }) ?? true
        else { return nil }
        let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        let usualPort = scheme == "https" ? 443 : 80
        return "\(scheme)://\(name)" + (parts.port.flatMap { $0 == usualPort ? nil : ":\($0)" } ?? "")
    }
}
