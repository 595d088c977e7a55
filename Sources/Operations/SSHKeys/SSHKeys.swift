import Domain
import Storage

extension Context {
    /// The user's keys, newest first.
    package func sshKeys(of user: ID<User>) throws -> [SSHKeyView] {
        try database.read { try $0.sshKeys(of: user).map(SSHKeyView.init) }
    }

    /// Adds a key, for pods launched from now on.
    /// - Throws: `SSHKeyRefusal.duplicate` when the user has it already, under whatever name; `.invalidKey` when its
    ///   point does not lie on its curve, so that no server would take it.
    package func addSSHKey(named name: String, _ key: SSHPublicKey, for user: ID<User>) throws -> SSHKeyView {
        precondition((1...64).contains(name.unicodeScalars.count), "a key's name has 1 to 64 characters")
        guard key.isOnItsCurve else {
            throw SSHKeyRefusal.invalidKey("The key is damaged: copy the whole line of the .pub file again.")
        }
        return try database.write { transaction in
            let now = try now(in: transaction)
            let row = SSHKeyRow(
                id: ID(environment.newULID()), name: name, algorithm: key.algorithm.rawValue,
                fingerprint: key.fingerprint, line: key.line, createdAt: now)
            guard try transaction.addSSHKey(row, for: user) else { throw SSHKeyRefusal.duplicate }
            try record("key.added", of: user, "SSH key \(row.fingerprint) was added.", in: transaction)
            return SSHKeyView(row)
        }
    }

    /// Deletes a key; pods that run keep it. False when the user has no such key.
    package func deleteSSHKey(_ id: ID<SSHKey>, of user: ID<User>) throws -> Bool {
        try database.write { transaction in
            guard try transaction.deleteSSHKey(id, of: user) else { return false }
            try record("key.deleted", of: user, "SSH key \(id) was deleted.", in: transaction)
            return true
        }
    }
}

extension SSHKeyView {
    init(_ row: SSHKeyRow) {
        self.init(
            id: row.id, name: row.name, fingerprint: row.fingerprint, algorithm: row.algorithm,
            createdAt: row.createdAt)
    }
}
