import Glibc

/// The pod's log: descriptor 1, a file opened for appending. What the pod's start and its SSH server print comes
/// through a pipe, so that no renter can fill the disk: past 128 KiB only the last 64 KiB are kept.
struct Log {
    let input: Int32  // Where processes of the pod write.
    let output: Int32  // Where we read it.

    init() {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { fail("pipe") }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        output = ends[0]
        input = ends[1]
    }

    /// Moves what has been printed into the file.
    func drain() {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = read(output, &buffer, buffer.count)
        guard count > 0 else { return }
        _ = write(STDOUT_FILENO, buffer, count)
        shorten()
    }

    private func shorten() {
        let size = lseek(STDOUT_FILENO, 0, SEEK_END)
        guard size > 128 * 1_024 else { return }
        var tail = [UInt8](repeating: 0, count: 64 * 1_024)
        let count = pread(STDOUT_FILENO, &tail, tail.count, size - tail.count)
        guard count > 0, ftruncate(STDOUT_FILENO, 0) == 0 else { return }
        _ = write(STDOUT_FILENO, tail, count)
    }
}
