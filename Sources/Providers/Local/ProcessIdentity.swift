import Foundation

/// One process for ever: a pid comes back after a while, with its start time in one boot it does not.
struct ProcessIdentity: Hashable {
    let pid: pid_t
    let start: UInt64  // Clock ticks since boot: field 22 of /proc/PID/stat.

    init(pid: pid_t, start: UInt64) {
        self.pid = pid
        self.start = start
    }

    /// Whoever has `pid` now; nil when nobody has.
    init?(current pid: pid_t) {
        guard pid > 1, let stat = Self.stat(pid) else { return nil }
        self.init(pid: pid, start: stat.start)
    }

    /// Whether it still runs. A zombie does not.
    var isAlive: Bool {
        guard let stat = Self.stat(pid), stat.start == start else { return false }
        return stat.state != "Z" && stat.state != "X"
    }

    /// Kills it, and nobody who has got its pid since.
    func kill() {
        if isAlive { Foundation.kill(pid, SIGKILL) }
    }

    var children: [ProcessIdentity] {
        let list = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
        return list.split(separator: " ").compactMap { pid_t($0) }.compactMap { ProcessIdentity(current: $0) }
    }

    /// Changes with every boot of the machine.
    static var bootID: String {
        let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    }

    /// Keepers and outer `unshare`s whose command line names `directory`.
    static func working(for directory: String) -> [ProcessIdentity] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { pid_t($0) }.filter { pid in
            guard let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else {
                return false
            }
            let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            guard let program = words.first, words.contains(directory) else { return false }
            return program.hasSuffix("outlet-pod") || program == "unshare"
        }.compactMap { ProcessIdentity(current: $0) }
    }

    private static func stat(_ pid: pid_t) -> (state: Substring, start: UInt64)? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")  // From field 3 on.
        guard fields.count > 19, let start = UInt64(fields[19]) else { return nil }
        return (fields[0], start)
    }
}
