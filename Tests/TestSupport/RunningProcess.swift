import CSupport
import Foundation
import Glibc
import Synchronization

/// One child process. It is stopped by its own id and waited for; when the last reference goes it is killed.
/// Its standard input is empty or a file, and both outputs go to files, so that no pipe can fill up.
package final class RunningProcess: Sendable {
    package let pid: pid_t
    package let command: String  // For messages.
    private let exit = Mutex<Exit?>(nil)

    /// How a process ended: by itself with a status, or by a signal.
    package enum Exit: Hashable, Sendable { case status(Int32), signal(Int32) }

    /// - Parameters:
    ///   - environment: all of its environment; nil gives it ours.
    ///   - output: the file for its standard output, and for its standard error unless `errors` names another.
    /// - Throws: `TestFault` when it cannot be started.
    package init(
        _ executable: String, _ arguments: [String], environment: [String: String]? = nil,
        input: String = "/dev/null",
        output: String = "/dev/null", errors: String? = nil
    ) throws {
        command = ([executable] + arguments).joined(separator: " ")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let append = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, append, 0o600)
        if let errors {
            posix_spawn_file_actions_addopen(&actions, 2, errors, append, 0o600)
        } else {
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        }
        guard outlet_spawn_close_from(&actions, 3) == 0 else {
            throw TestFault("posix_spawn cannot close files")
        }

        // A runner may ignore signals, which children would inherit for good.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (all, none) = (sigset_t(), sigset_t())
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        let environment = environment ?? ProcessInfo.processInfo.environment
        let argv = ([executable] + arguments).map { strdup($0) } + [nil]
        let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var pid: pid_t = 0
        let status = posix_spawn(&pid, executable, &actions, &attributes, argv, envp)
        guard status == 0 else { throw TestFault("\(executable): \(String(cString: strerror(status)))") }
        self.pid = pid
    }

    deinit { kill() }

    package var isRunning: Bool { poll() == nil }

    /// How it ended, waiting for at most `seconds`; nil when it still runs.
    package func waitForExit(within seconds: Double) -> Exit? {
        let end = ContinuousClock.now + .seconds(seconds)
        while true {
            if let exit = poll() { return exit }
            guard ContinuousClock.now < end else { return nil }
            usleep(5_000)
        }
    }

    /// How it ended, told the moment it does.
    package func waitForExit() -> Exit { poll(0)! }

    /// Asks it to end, and kills it when it has not done so in time.
    @discardableResult
    package func stop(_ signal: Int32 = SIGTERM, within seconds: Double = 10) -> Exit {
        send(signal)
        return waitForExit(within: seconds) ?? kill()
    }

    /// SIGKILL, and waits for the end.
    @discardableResult
    package func kill() -> Exit {
        send(SIGKILL)
        return waitForExit(within: 60)!
    }

    package func send(_ signal: Int32) {
        // Not yet reaped, so the id is still its own.
        exit.withLock { if $0 == nil { _ = Glibc.kill(pid, signal) } }
    }

    private func poll(_ options: Int32 = WNOHANG) -> Exit? {
        exit.withLock { exit in
            var status: Int32 = 0
            if exit == nil, waitpid(pid, &status, options) == pid {
                exit = status & 0x7F == 0 ? .status(status >> 8 & 0xFF) : .signal(status & 0x7F)
            }
            return exit
        }
    }
}
