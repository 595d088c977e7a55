import Glibc

/// The namespaces of one pod. They and every process in them end with `leader`, the outer `unshare`.
struct Namespaces {
    let leader: pid_t
    let pidOne: pid_t  // The pod's PID 1, as the host counts.
    let network: String

    /// Builds the pod and waits until its root is in place. Ends the keeper when that fails.
    init(_ plan: Plan, log: Int32) {
        var ready: [Int32] = [0, 0]
        guard pipe(&ready) == 0 else { fail("pipe") }
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        let command =
            [
                "unshare", "--user", "--map-root-user", "--mount", "--propagation", "private", "--pid",
                "--fork",
            ]
            + ["--kill-child=KILL", "--uts", "--ipc"] + (plan.network == "own" ? ["--net"] : [])
            + ["sh", "pod-init.sh", plan.directory, plan.usr, plan.network]
        guard let leader = spawn(command, descriptors: [null, log, log, ready[1]]) else { fail("unshare") }
        close(ready[1])
        var poll = pollfd(fd: ready[0], events: Int16(POLLIN), revents: 0)
        var byte: UInt8 = 0
        guard Glibc.poll(&poll, 1, 10_000) == 1, read(ready[0], &byte, 1) == 1 else {
            kill(leader, SIGKILL)
            fail("its namespaces could not be set up", code: ECHILD)
        }
        close(ready[0])
        close(null)
        self.leader = leader
        network = plan.network
        let children = contents(of: "/proc/\(leader)/task/\(leader)/children") ?? ""
        pidOne = children.split(separator: " ").first.flatMap { pid_t($0) } ?? 0
    }

    /// A command line that runs `command` in the pod, as its user and without a way to more.
    func entering(_ command: [String]) -> [String] {
        let names = "/proc/\(leader)/ns/"
        return ["nsenter", "--user=\(names)user", "--preserve-credentials"]
            + (network == "own" ? ["--net=\(names)net"] : [])
            + [
                "--ipc=\(names)ipc", "--uts=\(names)uts", "--mount=\(names)mnt",
                "--pid=\(names)pid_for_children",
            ]
            + ["unshare", "--user", "--map-user=1000", "--map-group=1000", "setpriv", "--no-new-privs"]
            + command
    }
}
