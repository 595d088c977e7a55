import Domain

/// A row of `sign_in_code`: the one code that works for an address.
package struct SignInCodeRow: Hashable, Sendable {
    package let codeHash: [UInt8]  // Keyed.
    package let tries: Int  // Wrong ones so far.
    package let expiresAt: Instant

    init(_ row: Row) {
        codeHash = row.blob("code_hash")
        tries = Int(row.int("tries"))
        expiresAt = row.instant("expires_at_s")
    }
}

extension ReadSession {
    package func signInCode(for email: EmailAddress) throws -> SignInCodeRow? {
        try row("SELECT code_hash, tries, expires_at_s FROM sign_in_code WHERE email = \(email.text)")
            .map(SignInCodeRow.init)
    }
}

extension Transaction {
    /// From now on this code works for the address, and no older one.
    package func setSignInCode(for email: EmailAddress, hash: [UInt8], at: Instant, expiresAt: Instant) throws
    {
        try run(
            """
            INSERT INTO sign_in_code (email, code_hash, tries, created_at_s, expires_at_s)
            VALUES (\(email.text), \(hash), 0, \(at), \(expiresAt))
            ON CONFLICT (email) DO UPDATE SET code_hash = excluded.code_hash, tries = 0,
                created_at_s = excluded.created_at_s, expires_at_s = excluded.expires_at_s
            """)
    }

    package func countWrongCode(for email: EmailAddress) throws {
        try run("UPDATE sign_in_code SET tries = tries + 1 WHERE email = \(email.text)")
    }

    package func deleteSignInCode(for email: EmailAddress) throws {
        try run("DELETE FROM sign_in_code WHERE email = \(email.text)")
    }

    package func forgetSignInCodes(expiredAt: Instant) throws {
        try run("DELETE FROM sign_in_code WHERE expires_at_s <= \(expiredAt)")
    }
}
