import Foundation

/// What an OpenID Connect issuer says of itself (OpenID Connect Discovery, section 3).
package struct IssuerDocument: Hashable, Sendable {
    package let issuer: String
    package let authorizationEndpoint: String
    package let tokenEndpoint: String
    package let keysURL: String
    package let userInfoEndpoint: String?
    package let takesBasicAuthentication: Bool  // Of the client at the token endpoint; else in the form.
    package let namesItselfInAnswers: Bool  // RFC 9207

    /// Where the document of `issuer` is.
    package static func address(of issuer: String) -> String {
        withoutSlash(issuer) + "/.well-known/openid-configuration"
    }

    /// Nil for a document that is malformed, is not of `issuer`, or of one that says it has no PKCE by S256.
    /// A slash at the end of the issuer makes no difference, since it makes none for the document's address.
    package init?(json: [UInt8], of issuer: String) {
        guard let content = try? JSONDecoder().decode(Content.self, from: Data(json)),
            Self.withoutSlash(content.issuer) == Self.withoutSlash(issuer),
            content.code_challenge_methods_supported?.contains("S256") ?? true
        else { return nil }
        self.issuer = content.issuer
        authorizationEndpoint = content.authorization_endpoint
        tokenEndpoint = content.token_endpoint
        keysURL = content.jwks_uri
        userInfoEndpoint = content.userinfo_endpoint
        takesBasicAuthentication =
            content.token_endpoint_auth_methods_supported?.contains("client_secret_basic") ?? true
        namesItselfInAnswers = content.authorization_response_iss_parameter_supported ?? false
    }

    private static func withoutSlash(_ text: String) -> String {
        text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    private struct Content: Decodable {
        let issuer: String
        let authorization_endpoint: String
        let token_endpoint: String
        let jwks_uri: String
        let userinfo_endpoint: String?
        let token_endpoint_auth_methods_supported: [String]?
        let code_challenge_methods_supported: [String]?
        let authorization_response_iss_parameter_supported: Bool?
    }
}
