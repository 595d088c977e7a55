/// A tar archive (POSIX ustar) made in memory: what is put into a container before it starts. All of it is root's.
struct TarArchive {
    private(set) var bytes: [UInt8] = []

    mutating func addFolder(_ path: String, mode: Int = 0o755) {
        add(path + "/", kind: "5", mode: mode, content: [])
    }

    mutating func addFile(_ path: String, _ content: some Sequence<UInt8>, mode: Int) {
        add(path, kind: "0", mode: mode, content: Array(content))
    }

    /// The whole, with the two empty blocks at its end.
    func closed() -> [UInt8] { bytes + [UInt8](repeating: 0, count: 1_024) }

    private mutating func add(_ path: String, kind: Character, mode: Int, content: [UInt8]) {
        precondition(path.utf8.count < 100 && !path.hasPrefix("/"), "names are ours: short and relative")
        var head = [UInt8](repeating: 0, count: 512)
        func write(_ text: String, at offset: Int) {
            head.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
        }
        write(path, at: 0)
        write(octal(mode, digits: 7), at: 100)
        write(octal(0, digits: 7), at: 108)  // uid
        write(octal(0, digits: 7), at: 116)  // gid
        write(octal(content.count, digits: 11), at: 124)
        write(octal(0, digits: 11), at: 136)  // mtime
        write("        ", at: 148)  // Its checksum counts as blanks.
        write(String(kind), at: 156)
        write("ustar", at: 257)
        write("00", at: 263)
        let sum = head.reduce(0) { $0 + Int($1) }
        write(octal(sum, digits: 6) + "\0 ", at: 148)
        bytes += head + content
        bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    private func octal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
