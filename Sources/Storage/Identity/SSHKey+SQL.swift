import Domain

/// A row of `ssh_key`.
package struct SSHKeyRow: Hashable, Sendable {
    package let id: ID<SSHKey>
    package let name: String
    package let algorithm: String
    package let fingerprint: String  // `SHA256:…`
    package let line: String  // `type base64`
    package let createdAt: Instant

    package init(
        id: ID<SSHKey>, name: String, algorithm: String, fingerprint: String, line: String, createdAt: Instant
    ) {
        self.id = id
        self.name = name
        self.algorithm = algorithm
        self.fingerprint = fingerprint
        self.line = line
        self.createdAt = createdAt
    }

    init(_ row: Row) {
        self.init(
            id: row.id("id"), name: row.text("name"), algorithm: row.text("algorithm"),
            fingerprint: row.text("fingerprint"), line: row.text("line"),
            createdAt: row.instant("created_at_s"))
    }
}

extension ReadSession {
    /// The user's keys, newest first.
    package func sshKeys(of user: ID<User>) throws -> [SSHKeyRow] {
        try rows(
            """
            SELECT id, name, algorithm, fingerprint, line, created_at_s FROM ssh_key
            WHERE user_id = \(user) ORDER BY created_at_s DESC, id DESC
            """
        ).map(SSHKeyRow.init)
    }

    /// What a pod of the user trusts: a line for each key, `type base64 key_<id>`, oldest first.
    package func authorizedKeys(of user: ID<User>) throws -> [String] {
        try sshKeys(of: user).reversed().map { "\($0.line) \($0.id)" }
    }
}

extension Transaction {
    /// False when the user has a key with this fingerprint already.
    package func addSSHKey(_ key: SSHKeyRow, for user: ID<User>) throws -> Bool {
        try run(
            """
            INSERT INTO ssh_key (id, user_id, name, algorithm, fingerprint, line, created_at_s)
            VALUES (\(key.id), \(user), \(key.name), \(key.algorithm), \(key.fingerprint), \(key.line), \(key.createdAt))
            ON CONFLICT (user_id, fingerprint) DO NOTHING
            """) == 1
    }

    /// False when the user has no such key.
    package func deleteSSHKey(_ id: ID<SSHKey>, of user: ID<User>) throws -> Bool {
        try run("DELETE FROM ssh_key WHERE id = \(id) AND user_id = \(user)") == 1
    }
}
