import Configuration
import Foundation
import Programs

/// Whether this machine can hold pods. `problem` is for the operator: the cause, and what to do about it.
struct LocalMachine {
    let settings: LocalProviderSettings
    let podsDirectory: String
    let keeperPath: String
    var chosenServer: SSHServer?  // Instead of the first that is found.

    var server: SSHServer? { chosenServer ?? SSHServer.found(podsDirectory: podsDirectory) }

    /// Started by root, each pod has a uid of its own; else all have ours.
    static var separatesUsers: Bool { geteuid() == 0 }

    func problem() -> String? {
        guard FileManager.default.isExecutableFile(atPath: keeperPath) else {
            return "The program outlet-pod is missing or not executable: \(keeperPath)"
        }
        guard server != nil else {
            return "No SSH server for pods. Install one: apt install dropbear-bin openssh-sftp-server"
        }
        guard access(podsDirectory, W_OK | X_OK) == 0 else {
            return "The folder for pods cannot be written: \(podsDirectory)"
        }
        return takenUsers() ?? namespaceProblem()
    }

    /// The same calls as a pod makes, with a mount of /proc: some systems allow the namespace and nothing inside.
    private func namespaceProblem() -> String? {
        let uid = String(settings.firstUID)
        let user =
            Self.separatesUsers
            ? [
                "setpriv", "--reuid", uid, "--regid", uid, "--clear-groups", "--no-new-privs",
                "--bounding-set=-all",
            ] : []
        let probe =
            [
                "unshare", "--user", "--map-root-user", "--mount", "--propagation", "private", "--pid",
                "--fork",
            ]
            + ["--kill-child=KILL", "mount", "-t", "proc", "proc", "/proc"]
        do {
            let outcome = try Command.run(user + probe)
            return outcome.succeeded ? nil : Self.explain(outcome.error)
        } catch { return "Namespaces could not be tried: \(error)" }
    }

    /// What is behind the words of the probe.
    static func explain(_ words: String) -> String {
        let said = words.trimmingCharacters(in: .whitespacesAndNewlines)
        let advice: String
        if words.contains("uid_map: Operation not permitted") {
            advice = """
                AppArmor keeps ordinary users from user namespaces (Ubuntu 23.10 and later). Either allow them with \
                sysctl kernel.apparmor_restrict_unprivileged_userns=0, or give outlet-pod an AppArmor profile with `userns,`.
                """
        } else if words.contains("unshare failed: Operation not permitted") {
            advice = """
                User namespaces are forbidden here: by a container's seccomp filter, a chroot, a unit with \
                RestrictNamespaces=, or sysctl kernel.unprivileged_userns_clone=0. Run the meter on the host, or lift that.
                """
        } else if words.contains("No space left on device") {
            advice = "No more user namespaces are allowed: raise sysctl user.max_user_namespaces."
        } else if words.contains("/proc: permission denied") {
            advice = """
                Something is mounted over parts of /proc, as containers and ProtectKernelTunables= do. Lift that; \
                in Docker: --security-opt systempaths=unconfined.
                """
        } else {
            advice = "Pods need user, mount, process and network namespaces."
        }
        return "Pods cannot be isolated here (\(said)). \(advice)"
    }

    /// The uids of pods must be nobody else's: of no account, and of no range that rootless containers use.
    private func takenUsers() -> String? {
        guard Self.separatesUsers else { return nil }
        let last = settings.firstUID + settings.offers.reduce(0) { $0 + $1.slots }
        let pods = settings.firstUID...last
        for line in Self.lines(of: "/etc/passwd") where line.count > 2 {
            if let uid = Int(line[2]), pods.contains(uid) { return taken(pods, by: "the account \(line[0])") }
        }
        for file in ["/etc/subuid", "/etc/subgid"] {
            for line in Self.lines(of: file) where line.count > 2 {
                guard let first = Int(line[1]), let count = Int(line[2]), count > 0 else { continue }
                if pods.overlaps(first..<(first + count)) { return taken(pods, by: "\(line[0]) in \(file)") }
            }
        }
        return nil
    }

    private func taken(_ uids: ClosedRange<Int>, by owner: String) -> String {
        "The uids of pods, \(uids.lowerBound) to \(uids.upperBound), belong to \(owner): choose another first_uid."
    }

    private static func lines(of file: String) -> [[Substring]] {
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map { $0.split(separator: ":", omittingEmptySubsequences: false) }
    }
}
