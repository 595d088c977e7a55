import Foundation
import Synchronization

/// A program that runs beside us and ends with us: when we close its line, or die, it is killed.
/// What holds it is a shell that waits for the end of its input, which only we keep open.
package final class Tether: Sendable {
    private let process: pid_t
    private let line: Mutex<Int32?>
    private let errors: Int32
    private let outcome = Mutex<Int32?>(nil)

    /// - Throws: `SystemFault` when it cannot be started.
    package init(_ arguments: [String]) throws {
        var input: [Int32] = [-1, -1]
        guard pipe(&input) == 0 else { throw SystemFault(operation: "pipe", code: errno) }
        errors = try Command.memoryFile([])
        for end in input { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let errors = errors
        // "$@" is stopped when the line ends, and the shell ends when "$@" does.
        let keeper = """
            exec 3<&0; "$@" </dev/null & child=$!
            { cat <&3 >/dev/null; kill -KILL "$child"; } 2>/dev/null &
            wait "$child"; code=$?; kill -KILL 0; exit "$code"
            """
        do {
            process = try Command.spawn(["sh", "-c", keeper, "tether"] + arguments, environment: [:]) {
                actions in
                posix_spawn_file_actions_adddup2(&actions, input[0], 0)
                posix_spawn_file_actions_adddup2(&actions, errors, 1)
                posix_spawn_file_actions_adddup2(&actions, errors, 2)
            }
        } catch {
            for file in input + [errors] { Glibc.close(file) }
            throw error
        }
        Glibc.close(input[0])
        line = Mutex(input[1])
    }

    deinit {
        end()
        Glibc.close(errors)
    }

    /// Whether it still runs.
    package var isAlive: Bool {
        outcome.withLock { outcome in
            guard outcome == nil else { return false }
            var status: Int32 = 0
            guard waitpid(process, &status, WNOHANG) == process else { return true }
            outcome = status
            return false
        }
    }

    /// The last line that it wrote.
    package var complaint: String {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = pread(errors, &bytes, bytes.count, 0)
        let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    }

    /// Ends it and all that it started. Again: nothing.
    package func end() {
        line.withLock { line in
            guard let open = line else { return }
            Glibc.close(open)
            line = nil
        }
        outcome.withLock { outcome in
            guard outcome == nil else { return }
            kill(-process, SIGKILL)
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
            outcome = status
        }
    }
}
