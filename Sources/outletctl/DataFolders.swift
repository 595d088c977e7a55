import Configuration
import Foundation
import Glibc

/// The folders of an outlet and who may pass them. `run` and `pods` are passed by name, by nginx and by pods with
/// uids of their own, and listed by nobody else.
struct DataFolders {
    let directory: String

    init(_ settings: Settings) { directory = settings.dataDirectory }

    static let modes: [(name: String, mode: mode_t)] = [("run", 0o711), ("logs", 0o700), ("pods", 0o711)]

    /// Makes what is missing and sets the modes of its own folders. A data directory that exists keeps its mode.
    func make(report: (String) -> Void) throws {
        if try Self.makeFolder(directory, mode: 0o711) { report("made    \(directory)") }
        for (name, mode) in Self.modes {
            let path = "\(directory)/\(name)"
            if try Self.makeFolder(path, mode: mode) {
                report("made    \(path)")
            } else if let found = try Self.mode(of: path), found != mode {
                guard chmod(path, mode) == 0 else { throw Complaint("chmod \(path): \(lastSystemError())") }
                report("changed \(path) from mode \(String(found, radix: 8)) to \(String(mode, radix: 8))")
            }
        }
    }

    /// What is wrong with the folders, with what to do.
    func problems() throws -> [String] {
        try Self.modes.compactMap { name, mode in
            let path = "\(directory)/\(name)"
            guard let found = try Self.mode(of: path) else {
                return "\(path) is missing; run 'outletctl init'"
            }
            let (is_, wanted) = (String(found, radix: 8), String(mode, radix: 8))
            return found == mode ? nil : "\(path) has mode \(is_), not \(wanted); run 'outletctl init'"
        }
    }

    /// Makes an absolute path with all its folders. False when it is there already.
    static func makeFolder(_ path: String, mode: mode_t) throws -> Bool {
        if try Self.mode(of: path) != nil { return false }
        // Folders made on the way are passed by name too: pods have uids of their own.
        let mask = umask(0o066)
        defer { umask(mask) }
        var made = ""
        for name in path.split(separator: "/") {
            made += "/\(name)"
            guard mkdir(made, 0o777) == 0 || errno == EEXIST else {
                throw Complaint("\(made) cannot be made: \(lastSystemError())")
            }
        }
        guard chmod(path, mode) == 0 else { throw Complaint("chmod \(path): \(lastSystemError())") }
        return true
    }

    /// Nil when nothing is there.
    private static func mode(of path: String) throws -> mode_t? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw Complaint("\(path): \(lastSystemError())")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw Complaint("\(path) is not a folder; move it away")
        }
        return status.st_mode & 0o7777
    }
}
