import CSupport
import Foundation

/// Starts programs: with an environment of our choice, default signals, and no descriptor of ours but those named.
package enum Command {
    package struct Outcome: Sendable {
        package let status: Int32  // As of an exit; a signal or a time-out is -1.
        package let output: String
        package let error: String
        package var succeeded: Bool { status == 0 }
    }

    /// Runs a program to its end, in a session of its own; after `seconds` all of that is killed. Blocks its thread.
    /// - Parameter input: What it reads; it lies in memory only, never on a disk or in a pipe that could fill up.
    /// - Throws: `SystemFault` when it cannot be started.
    package static func run(
        _ arguments: [String], environment: [String: String] = [:], input: [UInt8] = [], seconds: Int = 10
    ) throws -> Outcome {
        let output = Pipe()
        let error = Pipe()
        let files = [output.fileHandleForWriting, error.fileHandleForWriting]
        let inputFile = try memoryFile(input)
        defer { close(inputFile) }
        let process = try spawn(arguments, environment: environment) { actions in
            posix_spawn_file_actions_adddup2(&actions, inputFile, 0)
            posix_spawn_file_actions_adddup2(&actions, files[0].fileDescriptor, 1)
            posix_spawn_file_actions_adddup2(&actions, files[1].fileDescriptor, 2)
        }
        for file in files { try file.close() }
        let alarm = DispatchWorkItem { kill(-process, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds), execute: alarm)
        let texts = [output, error].map {
            String(decoding: (try? $0.fileHandleForReading.readToEnd()) ?? Data(), as: UTF8.self)
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        alarm.cancel()
        return Outcome(
            status: status & 0x7f == 0 ? status >> 8 & 0xff : -1, output: texts[0], error: texts[1])
    }

    /// Starts a program that outlives us: no terminal, no input, and `log` for what it prints.
    /// Should it end before us, whoever started it reaps it.
    /// - Throws: `SystemFault` when it cannot be started.
    package static func detach(_ arguments: [String], log: String) throws -> pid_t {
        try spawn(arguments, environment: [:]) { actions in
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_addopen(
                &actions, 1, log, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600)
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        }
    }

    /// A file without a name, at its start.
    static func memoryFile(_ content: [UInt8]) throws -> Int32 {
        let file = outlet_memory_file()
        guard file >= 0 else { throw SystemFault(operation: "memfd_create", code: errno) }
        do {
            try FileHandle(fileDescriptor: file).write(contentsOf: content)
            guard lseek(file, 0, SEEK_SET) == 0 else { throw SystemFault(operation: "lseek", code: errno) }
            return file
        } catch {
            close(file)
            throw error
        }
    }

    static func spawn(
        _ arguments: [String], environment: [String: String],
        descriptors: (inout posix_spawn_file_actions_t) -> Void
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        descriptors(&actions)
        _ = outlet_spawn_close_from(&actions, 3)
        var every = sigset_t()
        var none = sigset_t()
        sigfillset(&every)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &every)
        posix_spawnattr_setsigmask(&attributes, &none)
        let newSession: Int32 = 0x80  // POSIX_SPAWN_SETSID, a macro that Swift does not see.
        posix_spawnattr_setflags(
            &attributes, Int16(Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK) | newSession))
        let given = environment.merging(["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"]) { own, _ in
            own
        }
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = given.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (argv + variables).forEach { free($0) } }
        var process: pid_t = 0
        let code = posix_spawnp(&process, arguments[0], &actions, &attributes, &argv, &variables)
        guard code == 0 else { throw SystemFault(operation: "start \(arguments[0])", code: code) }
        return process
    }
}

/// A system call that failed.
package struct SystemFault: Error, CustomStringConvertible {
    package let operation: String
    package let code: Int32

    package init(operation: String, code: Int32) {
        self.operation = operation
        self.code = code
    }

    package var description: String { "\(operation): \(String(cString: strerror(code)))" }
}
