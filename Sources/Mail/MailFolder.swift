import Domain
import Foundation

/// Keeps letters as files, for outlets that are tried out: `NAME.eml`, readable by their owner only, and a line for
/// each in `log`, with the subject, so that a terminal can show it.
struct MailFolder {
    let path: String

    func keep(_ message: [UInt8], named name: String, for recipient: EmailAddress) -> Delivery.Outcome {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            // Beside its name first: whoever looks for *.eml finds whole letters only.
            let (scratch, file) = ("\(path)/.\(name)", "\(path)/\(name).eml")
            try Data(message).write(to: URL(fileURLWithPath: scratch))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: scratch)
            guard rename(scratch, file) == 0 else {
                return .failed("\(file): \(String(cString: strerror(errno)))")
            }
            try note("\(recipient.text): \(subject(of: message))\n")
            return .delivered
        } catch {
            return .failed("\(path): \(error.localizedDescription)")
        }
    }

    private func note(_ line: String) throws {
        let descriptor = open("\(path)/log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer { close(descriptor) }
        try FileHandle(fileDescriptor: descriptor).write(contentsOf: Data(line.utf8))
    }

    /// As it stands in the letter: encoded words are left as they are.
    private func subject(of message: [UInt8]) -> String {
        let head = message.prefix(8_192).split(separator: UInt8(ascii: "\n"))
        let start = Array("Subject: ".utf8)
        return head.first { $0.starts(with: start) }
            .map { String(decoding: $0.dropFirst(start.count), as: UTF8.self) } ?? ""
    }
}
