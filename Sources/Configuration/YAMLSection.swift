import Yams

/// One mapping of the file while it is read. Each question answers with a value that may be worked with even where
/// the file breaks a rule; the rule goes to `problems`, so that one reading finds all of them.
struct YAMLSection {
    let path: String  // Of this mapping; empty at the top.
    let problems: Problems
    private let line: Int?
    private let values: [String: Node]

    /// Collects what is wrong; shared by all sections of one file.
    final class Problems {
        private(set) var all: [SettingsFault.Problem] = []
        func add(_ rule: String, at key: String, line: Int?) {
            all.append(.init(line: line, key: key, rule: rule))
        }
    }

    /// A section that knows these keys and refuses every other. A node that is no mapping is a problem, and reads as empty.
    init(_ node: Node?, at path: String, keys: [String], problems: Problems) {
        self.path = path
        self.problems = problems
        line = node?.mark?.line
        guard let node, !node.isNull else {
            values = [:]
            return
        }
        guard let mapping = node.mapping else {
            problems.add("must hold keys and values, \(keys.joined(separator: ", "))", at: path, line: line)
            values = [:]
            return
        }
        var values: [String: Node] = [:]
        for (key, value) in mapping {
            let name = key.scalar?.string ?? "?"
            if keys.contains(name) {
                values[name] = value
            } else {
                problems.add(
                    "no such setting; known here: \(keys.joined(separator: ", "))", at: Self.join(path, name),
                    line: key.mark?.line)
            }
        }
        self.values = values
    }

    /// A text, as written. `rule` says in words what `isAllowed` checks.
    func text(
        _ key: String, default fallback: String?, rule: String, where isAllowed: (String) -> Bool
    ) -> String {
        guard let node = values[key], !node.isNull else { return absent(key, fallback, rule: rule) ?? "" }
        guard let text = node.scalar?.string, isAllowed(text) else {
            refuse(key, "must be \(rule)", found: node)
            return fallback ?? ""
        }
        return text
    }

    func optionalText(_ key: String, rule: String, where isAllowed: (String) -> Bool) -> String? {
        has(key) ? text(key, default: nil, rule: rule, where: isAllowed) : nil
    }

    /// A whole number in `range`, written in digits.
    func number(_ key: String, in range: ClosedRange<Int>, default fallback: Int?, unit: String = "") -> Int {
        let rule =
            "a whole number\(unit.isEmpty ? "" : " of \(unit)") from \(range.lowerBound) to \(range.upperBound)"
        guard let node = values[key], !node.isNull else {
            return absent(key, fallback, rule: rule) ?? range.lowerBound
        }
        guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any,
            let number = Int(scalar.string),
            range.contains(number)
        else {
            refuse(key, "must be \(rule)", found: node)
            return fallback ?? range.lowerBound
        }
        return number
    }

    func optionalNumber(_ key: String, in range: ClosedRange<Int>, unit: String = "") -> Int? {
        has(key) ? number(key, in: range, default: nil, unit: unit) : nil
    }

    /// The members of a list with their paths, `origins[0]`. Absent or blank is empty, unless required.
    func list(_ key: String, required: Bool = false) -> [(node: Node, path: String)] {
        guard let node = values[key], !node.isNull else {
            if required { refuse(key, "is missing; a list, may be []") }
            return []
        }
        guard let sequence = node.sequence else {
            refuse(key, "must be a list", found: node)
            return []
        }
        return sequence.enumerated().map { (node: $1, path: "\(Self.join(path, key))[\($0)]") }
    }

    func section(_ key: String, keys: [String]) -> YAMLSection {
        YAMLSection(values[key], at: Self.join(path, key), keys: keys, problems: problems)
    }

    func has(_ key: String) -> Bool { values[key].map { !$0.isNull } ?? false }

    /// Notes a rule that `key` breaks, with the line where it stands.
    func refuse(_ key: String, _ rule: String, found: Node? = nil) {
        let found = found?.scalar.map { " (found '\($0.string.prefix(60))')" } ?? ""
        problems.add(rule + found, at: Self.join(path, key), line: values[key]?.mark?.line ?? line)
    }

    private func absent<Value>(_ key: String, _ fallback: Value?, rule: String) -> Value? {
        if fallback == nil { refuse(key, "is missing; must be \(rule)") }
        return fallback
    }

    private static func join(_ path: String, _ key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }
}

extension Node {
    /// `key:` with nothing behind it, or `null`.
    var isNull: Bool {
        guard let scalar, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null"].contains(scalar.string)
    }
}
