import Foundation
import TestSupport

/// Valgrind's counter of instructions: the same program on the same input takes nearly the same number on every
/// machine, however busy it is.
final class Callgrind {
    private static let path = "/usr/bin/valgrind"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

    private let folder: ScratchFolder
    private let program: String

    /// A copy of a program without what debuggers want to know: valgrind does not read all of what Swift writes there.
    init(_ name: String = "outlet-bench") throws {
        folder = try ScratchFolder()
        program = folder[name]
        let stripped = try Command.run(
            "/usr/bin/strip", ["--strip-debug", "-o", program, Executables.path(name)])
        guard stripped.status == 0 else { throw TestFault("strip: \(stripped)") }
    }

    /// How many instructions a whole run of the program takes with these arguments.
    func instructions(_ arguments: [String]) throws -> Int {
        try? FileManager.default.removeItem(atPath: folder["log"])
        var environment = ProcessInfo.processInfo.environment
        environment["SWIFT_DETERMINISTIC_HASHING"] = "1"  // Else tables are walked differently in each run.
        let result = try Command.run(
            Self.path,
            [
                "--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-file=\(folder["log"])",
                program,
            ] + arguments, environment: environment, within: 300)
        let words = folder.read("log").split(whereSeparator: \.isWhitespace)
        guard result.status == 0, let name = words.lastIndex(of: "Collected"), name + 2 < words.count,
            let count = Int(words[name + 2])
        else { throw TestFault("valgrind: \(result)\(folder.read("log"))") }
        return count
    }
}
