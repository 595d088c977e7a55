import Crypto
import Domain
import HTTP

extension Application {
    private static let sharedSeconds = 15

    /// Gives a reply its `ETag`, and leaves out the body when the caller already has it.
    func validated(_ response: Response, _ route: Route, _ call: Call) -> Response {
        guard route.caching != .none, response.status == 200, case .bytes(let body) = response.body else {
            return response
        }
        var response = response
        let tag = response.entityTag ?? EntityTag(of: body)
        if case .shared = route.caching {
            let audience = call.caller == nil ? "public" : "private"  // Who is signed in gets own headers.
            response.setHeader("Cache-Control", "\(audience), max-age=\(Self.sharedSeconds)")
        } else {
            response.setHeader("Cache-Control", "private, no-cache")
        }
        response.setHeader("ETag", tag.description)
        guard tag.matches(ifNoneMatch: call.request.headers["if-none-match"] ?? []) else { return response }
        response.headers.removeAll { $0.name == "Content-Type" }
        response.status = 304
        response.body = .bytes([])
        return response
    }
}

extension EntityTag {
    /// Of the content itself; weak, since nginx may compress it.
    init(of body: [UInt8]) {
        self.init(SHA256.hash(data: body).prefix(16).hexadecimal, isWeak: true)
    }
}

extension Response {
    /// A tag that the handler has set, where the body alone changes too often.
    fileprivate var entityTag: EntityTag? {
        headers.first { $0.name == "ETag" }.map {
            EntityTag(String($0.value.dropFirst(3).dropLast()), isWeak: true)
        }
    }
}
