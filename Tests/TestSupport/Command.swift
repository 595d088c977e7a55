import Foundation

/// A command that is run to its end: for `curl`, `ssh`, `sh` and our own tools.
package struct Command: Sendable {
    /// What it left. `status` is 128 and the signal when a signal ended it, as in a shell.
    package struct Result: Sendable, CustomStringConvertible {
        package let status: Int32
        package let output: String
        package let errors: String
        package var description: String { "status \(status)\n\(output)\(errors)" }
    }

    /// - Throws: `TestFault` when it cannot be started, or has not ended in time; then it is killed.
    @discardableResult
    package static func run(
        _ executable: String, _ arguments: [String], environment: [String: String]? = nil,
        input: String? = nil,
        within seconds: Double = 60
    ) throws -> Result {
        let folder = try ScratchFolder()
        let inputFile = try input.map { try folder.write($0, to: "in") }
        let process = try RunningProcess(
            executable, arguments, environment: environment, input: inputFile ?? "/dev/null",
            output: folder["out"],
            errors: folder["err"])
        guard let exit = process.waitForExit(within: seconds) else {
            throw TestFault(
                "not ended after \(seconds) s: \(process.command)\n\(folder.read("out"))\(folder.read("err"))"
            )
        }
        let status: Int32 =
            switch exit {
            case .status(let status): status
            case .signal(let signal): 128 + signal
            }
        return Result(status: status, output: folder.read("out"), errors: folder.read("err"))
    }
}

/// Runs `body` again and again until it answers something.
/// - Throws: `TestFault` with `what` after `seconds`; whatever `body` throws, at once.
package func eventually<Answer>(
    _ what: String, within seconds: Double, every pause: Double = 0.05, _ body: () throws -> Answer?
) async throws -> Answer {
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
        if let answer = try body() { return answer }
        guard ContinuousClock.now < end else { throw TestFault("not within \(seconds) s: \(what)") }
        try await Task.sleep(for: .seconds(pause))
    }
}
