import Glibc

/// Writes `pod.json`, by which a later run of the meter finds this pod again and knows its processes for certain.
func record(_ pod: Namespaces, port: Int, uid: uid_t) {
    let bootID = contents(of: "/proc/sys/kernel/random/boot_id")?.prefix(36) ?? ""
    let text = """
        {"bootID": "\(bootID)", "keeper": \(getpid()), "keeperStart": \(startTime(of: getpid())),
         "leader": \(pod.leader), "leaderStart": \(startTime(of: pod.leader)), "pidOne": \(pod.pidOne),
         "port": \(port), "uid": \(uid)}

        """
    replace("pod.json", with: text)
}

/// Writes a whole file or none.
func replace(_ path: String, with text: String) {
    let file = open(path + ".new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    let bytes = Array(text.utf8)
    guard file >= 0, write(file, bytes, bytes.count) == bytes.count, close(file) == 0,
        rename(path + ".new", path) == 0
    else { fail("write \(path)") }
}
