import Configuration
import HTTP

/// Keeps other sites' pages from writing with a renter's cookie.
///
/// Browsers say where a write comes from: `Origin`, and newer ones `Sec-Fetch-Site`. Whatever is said must be
/// right; a client that says nothing is no browser. Both are looked at, for a page can change neither.
struct CrossSite: Sendable {
    private let ownOrigin: String
    private let otherOrigins: Set<String>  // Allowed by configuration.

    init(_ settings: Settings) {
        ownOrigin = Self.origin(of: settings.publicURL)
        otherOrigins = Set(settings.allowedOrigins.map(Self.origin))
    }

    /// - Throws: 403 when the request is another site's, 400 when a header is there twice.
    func check(_ request: Request) throws {
        guard ![nil, .get, .head, .options].contains(request.method) else { return }
        let origin = try single("origin", in: request).map { $0.lowercased() }
        let site = try single("sec-fetch-site", in: request)
        if let origin, otherOrigins.contains(origin) { return }
        guard origin == nil || origin == ownOrigin, site == nil || site == "same-origin" || site == "none"
        else {
            throw ErrorAnswer.forbidden("A write has to come from a page of this outlet.")
        }
    }

    private func single(_ name: String, in request: Request) throws -> String? {
        let values = request.headers[name] ?? []
        guard values.count <= 1 else { throw ErrorAnswer.invalid(name, "is there more than once") }
        return values.first
    }

    /// `https://host[:port]` in lower case and without the scheme's own port, as browsers write it.
    private static func origin(of url: String) -> String {
        let parts = url.lowercased().split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return url.lowercased() }
        let port = parts[0] == "https:" ? ":443" : ":80"
        return "\(parts[0])//\(parts[2].hasSuffix(port) ? parts[2].dropLast(port.count) : parts[2])"
    }
}
