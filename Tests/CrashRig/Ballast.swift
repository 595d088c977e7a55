import Foundation
import TestSupport

/// A file that takes the room of a disk.
struct Ballast {
    private let disk: String
    private var path: String { disk + "/ballast" }

    init(on disk: String) { self.disk = disk }

    /// Leaves so many bytes free, as far as they are.
    func fill(leaving rest: Int) throws {
        remove()
        var status = statvfs()
        guard statvfs(disk, &status) == 0 else { throw TestFault("statvfs \(disk)") }
        let size = max(Int(status.f_bavail) * Int(status.f_bsize) - rest, 0)
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        guard posix_fallocate(descriptor, 0, max(size, 1)) == 0 || size == 0 else {
            throw TestFault("no ballast of \(size) bytes")
        }
    }

    func remove() { unlink(path) }
}
