import Foundation
import Programs

/// The folder of one pod on the host. That it exists means that the label was used.
struct PodFolder {
    let label: String
    let path: String

    /// Nil for a label that could not be ours: it becomes the name of a folder and a word of a command line.
    init?(label: String, in podsDirectory: String) {
        let allowed = label.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-")
        }
        guard allowed, label.hasPrefix("outlet-"), label.utf8.count <= 100 else { return nil }
        self.label = label
        path = podsDirectory + "/" + label
    }

    var exists: Bool { FileManager.default.fileExists(atPath: path) }
    var logPath: String { path + "/pod.log" }
    var note: PodNote? { decode("order.json") }
    var record: PodRecord? { decode("pod.json") }

    /// - Returns: whether it was made now; false when it was there.
    func make() throws -> Bool {
        if mkdir(path, 0o700) == 0 { return true }
        guard errno == EEXIST else { throw SystemFault(operation: "make the folder of a pod", code: errno) }
        return false
    }

    /// Writes a whole file, or none; only its owner may read it.
    func write(_ text: String, to name: String) throws {
        let file = path + "/" + name
        guard
            FileManager.default.createFile(
                atPath: file + ".new", contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { throw SystemFault(operation: "write \(name) of a pod", code: errno) }
        guard rename(file + ".new", file) == 0 else {
            throw SystemFault(operation: "rename \(name) of a pod", code: errno)
        }
    }

    func makeFolder(_ name: String, mode: Int) throws {
        try FileManager.default.createDirectory(
            atPath: path + "/" + name, withIntermediateDirectories: false,
            attributes: [.posixPermissions: mode])
    }

    /// Gives everything in it, and itself, to `uid`.
    func hand(to uid: UInt32) throws {
        let inside = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        for file in [path] + inside.map({ path + "/" + $0 }) where lchown(file, uid, uid) != 0 {
            throw SystemFault(operation: "hand a pod's files to uid \(uid)", code: errno)
        }
    }

    /// Removes it with all its files. The pod's own disk was memory, and went with its last process.
    func wipe() throws {
        guard exists else { return }
        try FileManager.default.removeItem(atPath: path)
    }

    /// The end of the pod's log, at most 64 KiB and from a line's start; nil without one.
    func logTail() -> String? {
        let file = open(logPath, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let limit = 64 * 1_024
        let size = lseek(file, 0, SEEK_END)
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = pread(file, &bytes, limit, max(0, size - limit))
        guard count >= 0 else { return nil }
        var tail = bytes.prefix(count)
        if size > limit, let end = tail.firstIndex(of: UInt8(ascii: "\n")) { tail = tail[(end + 1)...] }
        return String(decoding: tail, as: UTF8.self)
    }

    private func decode<Value: Decodable>(_ name: String) -> Value? {
        FileManager.default.contents(atPath: path + "/" + name).flatMap {
            try? JSONDecoder().decode(Value.self, from: $0)
        }
    }
}
