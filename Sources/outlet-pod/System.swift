import CSupport
import Glibc

/// Ends the keeper with a line for the pod's log; what it started dies with it.
func fail(_ what: String, code: Int32 = errno) -> Never {
    say("pod failed: \(what): \(String(cString: strerror(code)))")
    exit(1)
}

func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
}

/// Starts `arguments` in a session of its own, with `descriptors[n]` as its descriptor n and no other,
/// default signals, and none of our environment.
/// - Returns: its process id, or nil (errno says why).
func spawn(_ arguments: [String], descriptors: [Int32]) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }
    for (target, source) in descriptors.enumerated() {
        posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
    }
    _ = outlet_spawn_close_from(&actions, Int32(descriptors.count))
    var every = sigset_t()
    var none = sigset_t()
    sigfillset(&every)
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &every)
    posix_spawnattr_setsigmask(&attributes, &none)
    let newSession: Int32 = 0x80  // POSIX_SPAWN_SETSID, a macro that Swift does not see.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | newSession))

    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var environment: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/sbin:/usr/bin:/sbin:/bin"), nil]
    defer { (argv + environment).forEach { free($0) } }
    var process: pid_t = 0
    errno = posix_spawnp(&process, arguments[0], &actions, &attributes, &argv, &environment)
    return errno == 0 ? process : nil
}

/// The text of a small file, or nil.
func contents(of path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let count = read(file, &buffer, buffer.count)
    return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
}

/// Field 22 of /proc/PID/stat, in clock ticks since boot. With the pid and the boot id it names a process for ever.
func startTime(of process: pid_t) -> UInt64 {
    guard let stat = contents(of: "/proc/\(process)/stat"), let end = stat.lastIndex(of: ")") else {
        return 0
    }
    let fields = stat[stat.index(after: end)...].split(separator: " ")  // From field 3 on.
    return fields.count > 19 ? UInt64(fields[19]) ?? 0 : 0
}
