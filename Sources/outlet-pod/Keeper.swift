import CSupport
import Glibc

/// Serves connections until the pod is gone.
struct Keeper {
    let plan: Plan
    let pod: Namespaces
    let listener: Listener
    let log: Log

    private static let connectionLimit = 64  // More at once are closed unanswered.

    /// The boot script first, beside the connections; then whatever happens.
    func run() -> Never {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGCHLD)
        sigprocmask(SIG_BLOCK, &signals, nil)  // Taken while waiting only, so that none is missed.
        signal(SIGCHLD) { _ in }
        var connections = Set<pid_t>()
        startBootScript()
        while true {
            reap(&connections)
            var events = [
                pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: log.output, events: Int16(POLLIN), revents: 0),
            ]
            guard outlet_poll(&events, 2) > 0 else { continue }  // A child has ended.
            if events[1].revents != 0 { log.drain() }
            if events[0].revents != 0 { serve(&connections) }
        }
    }

    private func serve(_ connections: inout Set<pid_t>) {
        guard let connection = listener.accept() else { return }
        defer { close(connection) }
        guard connections.count < Self.connectionLimit else { return }
        let command = pod.entering(plan.serverCommand)
        if let child = spawn(command, descriptors: [connection, connection, log.input]) {
            connections.insert(child)
        }
    }

    private func reap(_ connections: inout Set<pid_t>) {
        while case let child = waitpid(-1, nil, WNOHANG), child > 0 {
            if child == pod.leader {
                log.drain()
                exit(0)
            }
            connections.remove(child)
        }
    }

    /// The script comes on standard input, for it may hold secrets of the renter.
    private func startBootScript() {
        let script = open("boot.sh", O_RDONLY | O_CLOEXEC)
        guard script >= 0 else { return }
        defer { close(script) }
        unlink("boot.sh")
        let shell =
            ["env", "-i", "HOME=/home/user", "USER=user", "LOGNAME=user", "SHELL=/bin/bash"]
            + ["PATH=/usr/local/bin:/usr/bin:/bin", "sh", "-c", "cd && exec sh -s"]
        _ = spawn(pod.entering(shell), descriptors: [script, log.input, log.input])
    }
}
