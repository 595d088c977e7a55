import Foundation
import TestSupport

/// A file that takes the room of a disk.
struct Ballast {
    private let disk: String
    private var path: String { disk + "/ballast" }

    init(on disk: String) { self.disk = disk }

    /// Leaves so many bytes free, as far as they are. Never frees more than that on the way.
    func fill(leaving rest: Int) throws {
        var status = statvfs()
        var file = stat()
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        guard statvfs(disk, &status) == 0, fstat(descriptor, &file) == 0 else {
            throw TestFault("stat \(disk)")
        }
        let size = max(Int(file.st_size) + Int(status.f_bavail) * Int(status.f_bsize) - rest, 0)
        guard ftruncate(descriptor, min(off_t(size), file.st_size)) == 0,
            size == 0 || posix_fallocate(descriptor, 0, off_t(size)) == 0
        else { throw TestFault("no ballast of \(size) bytes") }
    }

    func remove() { unlink(path) }
}

/// Takes files of the books from one folder to another, over those that are there.
func copyBooks(_ names: [String], from: String, to: String) throws {
    for name in names {
        try? FileManager.default.removeItem(atPath: "\(to)/\(name)")
        try FileManager.default.copyItem(atPath: "\(from)/\(name)", toPath: "\(to)/\(name)")
    }
}
