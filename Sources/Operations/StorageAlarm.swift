import Configuration
import Foundation
import Logging
import Storage

/// Left behind by a process that stopped because the storage failed. Nobody works again before the books are checked.
package struct StorageAlarm: Sendable {
    private let path: String
    private let ephemeralPath: String

    package init(_ settings: Settings) {
        path = settings.alarmPath
        ephemeralPath = settings.ephemeralPath
    }

    package var isRaised: Bool { fault != nil }

    /// What failed; nil without an alarm.
    package var fault: String? {
        FileManager.default.contents(atPath: path).map {
            String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .newlines)
        }
    }

    /// Tells the operator, and whoever starts next as far as the disk still takes a file.
    package func raise(_ fault: StorageFault) {
        Logger(label: "storage").critical("storage failed: stopping", metadata: ["error": "\(fault)"])
        try? Data("\(fault)\n".utf8).write(to: URL(fileURLWithPath: path))
    }

    /// What may be lost is made anew instead of being checked.
    func forgetEphemeral() {
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: ephemeralPath + suffix)
        }
    }

    /// Takes the alarm back when every page and every line of the books is what it must be.
    /// - Throws: `StorageDamage` when something is not; the alarm stays.
    func clear(after context: Context) throws {
        let faults = try context.verify(pages: .full).faults.map(\.description)
        guard faults.isEmpty else { throw StorageDamage(faults: faults, alarm: path) }
        Logger(label: "storage").notice("checked after an alarm: the books are whole")
        try FileManager.default.removeItem(atPath: path)
    }
}

/// The books are not what they were. Only a person can say what happens next.
package struct StorageDamage: Error, CustomStringConvertible {
    package let faults: [String]
    let alarm: String

    package var description: String {
        """
        the storage failed and the books are damaged: \(faults.joined(separator: "; ")). Restore the newest good \
        backup, or repair them and remove \(alarm)
        """
    }
}
