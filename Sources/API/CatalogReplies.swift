import Domain
import HTTP
import Operations

/// Pages of the catalog as they were written, until it says something else. Everybody asks for the same few: writing
/// and hashing fifty listings anew took longer than the rest of the request.
final class CatalogReplies: Sendable {
    private struct Kept {
        let version: UInt64
        var byQuery: [String: Response] = [:]
    }

    private static let most = 32  // Of up to 60 KiB.
    private let kept = Guarded(Kept(version: 0))

    /// The reply to this request out of `snapshot`: what `make` answers, with its ETag.
    func reply(
        to request: Request, from snapshot: CatalogSnapshot, _ make: () throws -> Response
    ) rethrows -> Response {
        let version = snapshot.version
        // No name and no value holds a NUL.
        let query = request.query.map { "\($0.name)\0\($0.value)" }.joined(separator: "\0")
        let known = kept.withLock { $0.version == version ? $0.byQuery[query] : nil }
        if let known { return known }
        var response = try make()
        if case .bytes(let body) = response.body {
            response.setHeader("ETag", EntityTag(of: body).description)
        }
        kept.withLock { [response] kept in
            if kept.version != version || kept.byQuery.count >= Self.most { kept = Kept(version: version) }
            kept.byQuery[query] = response
        }
        return response
    }
}
