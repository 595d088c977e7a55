/// Everything that is wrong with a configuration file, in the order of its lines.
package struct SettingsFault: Error, Hashable, CustomStringConvertible {
    /// One broken rule.
    package struct Problem: Hashable, Sendable {
        package let line: Int?  // From 1; nil when it concerns the file as a whole.
        package let key: String  // `providers[0].offers[2].slots`; empty for the file as a whole.
        package let rule: String

        package init(line: Int?, key: String, rule: String) {
            self.line = line
            self.key = key
            self.rule = rule
        }
    }

    package let path: String
    package let problems: [Problem]

    package init(path: String, problems: [Problem]) {
        precondition(!problems.isEmpty, "a fault has a reason")
        self.path = path
        self.problems = problems
    }

    /// One line a problem, as compilers write them: `outlet.yaml:12: site: must be …`.
    package var description: String {
        problems.map { problem in
            let place = problem.line.map { "\(path):\($0)" } ?? path
            return problem.key.isEmpty
                ? "\(place): \(problem.rule)" : "\(place): \(problem.key): \(problem.rule)"
        }.joined(separator: "\n")
    }
}
