import Domain
import Storage

/// Why a code is not sent, or signs nobody in. None of them tells whether there is an account.
package enum CodeRefusal: Error, Hashable, Sendable {
    case noMail  // This outlet sends none.
    case tooSoon(Seconds)  // Until the next may be asked for.
    case tooManyWrong(Seconds)  // Until the next may be tried.
    case wrong
    case expired  // Its time is over, or its tries are used up.
    case notAdmitted(AdmissionRefusal)  // Whoever sees this has proven the address.
}

extension Context {
    package static var codeLifetime: Seconds { Seconds(600) }

    /// Sends a code to an address: in a letter that signs in, or in one that says why there is no code. The same is
    /// read, drawn, written out and stored in either case, so the time that it takes tells nothing.
    /// - Parameter address: the client's, for the limit of it.
    /// - Throws: `CodeRefusal.noMail`, `.tooSoon`
    package func requestSignInCode(for email: EmailAddress, from address: String) throws {
        guard let mail = settings.mail else { throw CodeRefusal.noMail }
        let limits = settings.limits
        let quotas = [
            Quota(subject: "code:\(email.text)", limit: 1, window: limits.codeGap),
            Quota(
                subject: "code:\(Self.subject(ofAddress: address))", limit: limits.codesPerHour, window: .hour
            ),
        ]
        if let wait = try take(quotas) { throw CodeRefusal.tooSoon(wait) }
        let answers = CodeAnswers(
            code: newCode(), secret: environment.newSecret(), site: settings.publicURL
        ) { words, secret in
            CodeAnswer(
                draft: draft(words, to: email, from: mail, at: wallClock),
                hash: environment.secretKey.authenticationCode(
                    of: "\(email.text) \(secret)", for: .signInCode))
        }
        try database.write { transaction in
            let now = try now(in: transaction)
            let answer = answers[try admission(of: email, at: now, in: transaction)]
            let expiresAt = now + Self.codeLifetime
            try transaction.setSignInCode(for: email, hash: answer.hash, at: now, expiresAt: expiresAt)
            try post(answer.draft, to: email, expiresAt: expiresAt, at: now, in: transaction)
        }
    }

    /// Six digits. 2^64 is no multiple of a million, which favours no code by more than one in 10^13.
    private func newCode() -> String {
        let number = sha256(environment.newSecret().utf8).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let digits = String(number % 1_000_000)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// Uses a code up and signs in, both or neither; the first time makes the account.
    /// - Parameter oldSid: the session that the same browser had; it ends.
    /// - Throws: `CodeRefusal`
    package func signIn(
        with code: String, for email: EmailAddress, userAgent: String?, address: String,
        replacing oldSid: String?
    ) throws -> (sid: String, signedIn: SignedIn) {
        let limit = settings.limits.wrongCodesPerHour
        let quotas = ["wrong:\(email.text)", "wrong:\(Self.subject(ofAddress: address))"].map {
            Quota(subject: $0, limit: limit, window: .hour)
        }
        if let wait = try wait(for: quotas) { throw CodeRefusal.tooManyWrong(wait) }
        let outcome = try database.write {
            transaction -> Result<(sid: String, signedIn: SignedIn), CodeRefusal> in
            let now = try now(in: transaction)
            if let refusal = try use(code, for: email, at: now, in: transaction) { return .failure(refusal) }
            do {
                let user = try admit(email, at: now, in: transaction)
                return .success(
                    try createSession(
                        for: user.id, userAgent: userAgent, address: address.isEmpty ? nil : address,
                        replacing: oldSid, in: transaction))
            } catch let refusal as AdmissionRefusal {
                // Things changed since the code was sent. It is spent all the same.
                return .failure(.notAdmitted(refusal))
            }
        }
        if case .failure(.wrong) = outcome { _ = try take(quotas) }
        return try outcome.get()
    }

    /// Nil when the code was the right one; it works no more. A wrong one is counted, so this returns and never throws
    /// a refusal, which would undo the count.
    private func use(
        _ code: String, for email: EmailAddress, at now: Instant, in transaction: any Transaction
    ) throws -> CodeRefusal? {
        guard let row = try transaction.signInCode(for: email) else { return .wrong }
        guard row.expiresAt > now, row.tries < settings.limits.codeTries else { return .expired }
        let isRight = environment.secretKey.isAuthenticationCode(
            row.codeHash, of: "\(email.text) \(code)", for: .signInCode)
        guard isRight else {
            try transaction.countWrongCode(for: email)
            return .wrong
        }
        try transaction.deleteSignInCode(for: email)
        return nil
    }
}

/// What the owner of an address is written, and the keyed hash of what signs in.
private struct CodeAnswer {
    let draft: MailDraft
    let hash: [UInt8]
}

/// All that may be answered, made before anybody knows which it will be: making only the one would take its own time.
private struct CodeAnswers {
    private let code, closed, uninvited: CodeAnswer

    /// - Parameter secret: what nobody is told, where there is nothing to sign in to.
    init(code: String, secret: String, site: String, make: (Words, _ secret: String) -> CodeAnswer) {
        self.code = make(.code(code, minutes: Context.codeLifetime.count / 60, site: site), code)
        closed = make(.closed(site: site), secret)
        uninvited = make(.uninvited(site: site), secret)
    }

    subscript(admission: Admission) -> CodeAnswer {
        switch admission {
        case .member, .newcomer: code
        case .closed: closed
        case .uninvited: uninvited
        }
    }
}
