import Domain
import OAuth
import Storage

extension Context {
    /// How long somebody may take at the provider.
    package static var oauthLifetime: Seconds { Seconds(600) }

    /// Begins a sign-in: where to send the browser, and the secret for its cookie, of which only a hash of a
    /// derivative is kept.
    /// - Throws: `OAuthRefusal.unavailable`
    package func beginOAuth(
        _ kind: IdentityProviders.Kind, by providers: IdentityProviders
    ) throws -> (location: String, secret: String) {
        let secret = environment.newSecret()
        let attempt = SignInAttempt(secret: secret)
        let location = try providers.with(kind) { provider throws(OAuthRefusal) in
            try provider.address(for: attempt, redirectURI: redirectURI(kind))
        }
        let expiresAt = wallClock + Self.oauthLifetime
        try ephemeral.write {
            try $0.addOAuthState(sha256(attempt.state.utf8), provider: kind.rawValue, expiresAt: expiresAt)
        }
        return (location, secret)
    }

    /// Whether what came back is of a sign-in that this browser began less than ten minutes ago. True only once.
    /// - Parameter secret: of the cookie.
    package func recognisesOAuth(
        _ kind: IdentityProviders.Kind, state: String?, secret: String?
    ) throws -> Bool {
        guard let state, let secret, !secret.isEmpty else { return false }
        // Of a state that is another browser's, nothing is used up.
        guard sha256(SignInAttempt(secret: secret).state.utf8) == sha256(state.utf8) else { return false }
        let now = wallClock
        return try ephemeral.write {
            try $0.useOAuthState(sha256(state.utf8), provider: kind.rawValue, at: now)
        }
    }

    /// Finishes a sign-in that `recognisesOAuth` knew: asks the provider who it is, and signs its renter in. The first
    /// time links the two, by the verified address.
    /// - Parameter oldSid: the session that the same browser had; it ends.
    /// - Throws: `OAuthRefusal`
    package func finishOAuth(
        _ kind: IdentityProviders.Kind, by providers: IdentityProviders, _ answer: AuthorizationAnswer,
        secret: String, userAgent: String?, address: String?, replacing oldSid: String?
    ) throws -> (sid: String, signedIn: SignedIn) {
        let attempt = SignInAttempt(secret: secret)
        let identity = try providers.with(kind) { provider throws(OAuthRefusal) in
            try provider.identity(by: answer, of: attempt, redirectURI: redirectURI(kind))
        }
        do {
            return try database.write { transaction in
                let user = try renter(of: identity, at: now(in: transaction), in: transaction)
                return try createSession(
                    for: user, userAgent: userAgent, address: address, replacing: oldSid, in: transaction)
            }
        } catch let refusal as AdmissionRefusal {
            throw OAuthRefusal.notAdmitted(refusal)
        }
    }

    private func renter(
        of identity: ForeignIdentity, at now: Instant, in transaction: any Transaction
    ) throws -> ID<User> {
        if let known = try transaction.renter(issuer: identity.issuer, subject: identity.subject) {
            guard known.closedAt == nil else { throw AdmissionRefusal.closed }
            return known.id
        }
        guard case .verified(let email) = identity.email else { throw OAuthRefusal.noEmail }
        let user = try admit(email, at: now, in: transaction)
        guard try !transaction.hasIdentity(of: user.id, issuer: identity.issuer) else {
            throw OAuthRefusal.failed("the address was linked to another account of this provider before")
        }
        try transaction.addIdentity(
            issuer: identity.issuer, subject: identity.subject, user: user.id, email: email, at: now)
        try record(
            "user.identity_linked", of: user.id, "Signing in by \(identity.issuer) was linked.",
            in: transaction)
        return user.id
    }

    /// Where the provider sends the browser back to; each has its own.
    private func redirectURI(_ kind: IdentityProviders.Kind) -> String {
        "\(settings.publicURL)/v1/auth/oauth/\(kind.rawValue)/callback"
    }

    func forgetOAuthStates() throws {
        let now = wallClock
        try ephemeral.write { try $0.forgetOAuthStates(expiredAt: now) }
    }
}
