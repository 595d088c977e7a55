import Domain

/// How far backups have come.
package struct BackupState: Hashable, Sendable {
    package let snapshotAt: Instant?  // Of the newest whole snapshot.
    package let reachedAt: Instant?  // All that was committed by then is in a backup.
    package let problem: String?  // Why the last try failed; nil when it did not.
}

extension ReadSession {
    package func backupState() throws -> BackupState {
        let row = try row("SELECT snapshot_at_s, reached_at_s, problem FROM backup_state WHERE id = 1")!
        return BackupState(
            snapshotAt: row.optionalInstant("snapshot_at_s"),
            reachedAt: row.optionalInstant("reached_at_s"), problem: row.optionalText("problem"))
    }
}

extension Transaction {
    /// That the books are followed says nothing of snapshots: a problem of those stays until one is whole.
    package func setBackup(reached: Instant) throws {
        try run(
            """
            UPDATE backup_state
               SET reached_at_s = \(reached),
                   problem = CASE WHEN problem LIKE 'snapshot: %' THEN problem END
             WHERE id = 1
            """)
    }

    package func setBackup(snapshot: Instant) throws {
        try run("UPDATE backup_state SET snapshot_at_s = \(snapshot), problem = NULL WHERE id = 1")
    }

    package func setBackup(problem: String) throws {
        try run("UPDATE backup_state SET problem = \(problem) WHERE id = 1")
    }
}
