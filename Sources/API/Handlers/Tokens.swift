import Domain
import HTTP
import Operations

@Sendable func listTokens(_ call: Call) throws -> Response {
    let tokens = try call.context.tokens(of: call.user)
    return Response.json { $0.field("tokens", tokens) }
}

/// The one reply that has the secret, in `token`.
@Sendable func createToken(_ call: Call) throws -> Response {
    let fields = try Fields(call.request, known: ["name", "scopes", "expiresInDays"])
    let name = try fields.line("name", limit: 64).required("name")
    guard !name.allSatisfy(\.isWhitespace) else { throw ErrorAnswer.invalid("name", "is empty") }
    let scopes = try Scopes(fields).required("scopes")
    let days = try fields.integer("expiresInDays", in: 1...3_650)
    let (secret, token) = try call.context.createToken(
        named: name, scopes: scopes, validFor: days.map { Seconds($0 * 86_400) }, for: call.user)
    return Response.json { json in
        token.writeFields(to: &json)
        json.field("token", secret)
    }
}

@Sendable func deleteToken(_ call: Call) throws -> Response {
    guard let id: ID<AccessToken> = call.id(), try call.context.deleteToken(id, of: call.user) else {
        throw ErrorAnswer.tokenNotFound
    }
    return Response.ok
}

extension Scopes {
    fileprivate init?(_ fields: Fields) throws {
        guard let words = try fields.words("scopes", limit: Scope.allCases.count) else { return nil }
        let scopes = Set(words.compactMap(Scope.init))
        guard scopes.count == words.count, let scopes = Scopes(scopes) else {
            let known = Scope.allCases.map(\.rawValue).joined(separator: ", ")
            throw ErrorAnswer.invalid("scopes", "must be one or more of \(known), each once")
        }
        self = scopes
    }
}
