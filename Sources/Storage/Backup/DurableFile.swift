import CSupport
import Foundation
import Glibc

/// Trouble with a file of a backup, in the system's words.
package struct FileFault: Error, CustomStringConvertible {
    package let operation: String
    package let path: String
    package let code: Int32

    package init(_ operation: String, _ path: String, code: Int32 = errno) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    package var description: String { "\(operation) \(path): \(String(cString: strerror(code)))" }
}

/// Files that are on the disk when a call returns, or not there at all.
package enum DurableFile {
    /// Waits until a file or a folder is on the disk.
    package static func sync(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFault("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileFault("sync", path) }
    }

    /// Writes the whole file, or none; only its owner may read it.
    package static func write(_ data: Data, to path: String) throws {
        let partial = path + ".partial"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFault("make", partial) }
        do {
            defer { close(descriptor) }
            try write(data, to: descriptor, at: 0, path: partial)
            guard fsync(descriptor) == 0 else { throw FileFault("sync", partial) }
        } catch {
            unlink(partial)
            throw error
        }
        try rename(partial, to: path)
    }

    /// Gives a file that is on the disk its name, for good.
    package static func rename(_ partial: String, to path: String) throws {
        guard Glibc.rename(partial, path) == 0 else { throw FileFault("rename to", path) }
        try sync((path as NSString).deletingLastPathComponent)
    }

    static func write(_ data: Data, to descriptor: Int32, at start: Int64, path: String) throws {
        try data.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = pwrite(
                    descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(start) + off_t(done))
                guard count > 0 || (count < 0 && errno == EINTR) else { throw FileFault("write", path) }
                done += max(count, 0)
            }
        }
    }
}
