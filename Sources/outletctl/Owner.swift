import Foundation
import Glibc

/// The person at the terminal, for the record of events: `operator:ada`. Read before root is given up.
let operatorName: String = {
    let environment = ProcessInfo.processInfo.environment
    let sudo = getuid() == 0 ? environment["SUDO_USER"] : nil  // Only root's word on who called it counts.
    return "operator:" + (sudo ?? accountName(of: getuid()) ?? "\(getuid())")
}()

/// Gives up root for the owner of `directory`, so that no file in it becomes root's. Nothing when the directory is
/// root's own, does not exist, or somebody else than root is running.
func becomeOwner(of directory: String) throws {
    _ = operatorName
    var status = stat()
    guard geteuid() == 0, stat(directory, &status) == 0, status.st_uid != 0 else { return }
    let name = accountName(of: status.st_uid)
    let gid = name.flatMap { getpwnam($0)?.pointee.pw_gid } ?? status.st_gid
    let groups = name.map { initgroups($0, gid) } ?? setgroups(0, nil)
    guard groups == 0, setgid(gid) == 0, setuid(status.st_uid) == 0, setuid(0) != 0 else {
        throw Complaint(
            "root cannot become uid \(status.st_uid), the owner of \(directory): \(lastSystemError())")
    }
}

func accountName(of uid: uid_t) -> String? {
    getpwuid(uid).map { String(cString: $0.pointee.pw_name) }
}

func lastSystemError() -> String { String(cString: strerror(errno)) }
