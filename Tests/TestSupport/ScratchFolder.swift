import Foundation
import Glibc

/// A folder of its own for one test; removed, with all that it holds, when the last reference goes.
///
/// Its path is short, since the path of a Unix socket inside it may have 108 bytes at most. Everybody may pass
/// through it and nobody else may list it: pods that run under other user ids live below.
package final class ScratchFolder: Sendable {
    package let path: String

    /// - Throws: `TestFault` when the system's folder for temporary files takes no more.
    package init() throws {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(parent)/go.XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            throw TestFault("mkdtemp: \(String(cString: strerror(errno)))")
        }
        path = String(cString: made)
        chmod(path, 0o711)
    }

    deinit {
        // A renter may take his own folder's rights away; what stays after that is not ours to remove.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The absolute path of `name` in this folder.
    package subscript(_ name: String) -> String { path + "/" + name }

    /// Writes a file, with its parent folders, and answers its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        let file = self[name]
        let parent = (file as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    /// The text of a file; empty when there is none.
    package func read(_ name: String) -> String {
        FileManager.default.contents(atPath: self[name]).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

/// The test bench itself failed: the words say at what.
package struct TestFault: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
