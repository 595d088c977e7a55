import Domain

/// A renter's variables, in the syntax of each file that carries them. None appears in a command line.
struct PodEnvironment {
    private let variables: [(name: String, value: String)]

    /// - Throws: `ProviderFault.invalid` for a name that is none, and for control characters: a newline in
    ///   sshd_config would begin a directive.
    init(_ variables: [String: String]) throws(ProviderFault) {
        for (name, value) in variables {
            guard let first = name.utf8.first, !Self.isDigit(first),
                name.utf8.allSatisfy({ Self.isLetter($0) || Self.isDigit($0) || $0 == UInt8(ascii: "_") })
            else { throw .invalid("not a name of a variable: \(name)") }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
                throw .invalid("a control character in the variable \(name)")
            }
        }
        self.variables = variables.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }

    /// One line for sshd_config, which heeds only the first `SetEnv`; empty when there is nothing to set.
    var sshdLine: String {
        guard !variables.isEmpty else { return "" }
        let words = variables.map { variable in
            let value = variable.value.escaping(#"\""#)
            return "\"\(variable.name)=\(value)\""
        }
        return "SetEnv " + words.joined(separator: " ") + "\n"
    }

    /// `export` lines for a shell, each value in single quotes.
    var exports: String {
        variables.map { variable in
            let value = variable.value.split(separator: "'", omittingEmptySubsequences: false).joined(
                separator: #"'\''"#)
            return "export \(variable.name)='\(value)'\n"
        }.joined()
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

extension String {
    /// With a backslash before each of `characters`.
    fileprivate func escaping(_ characters: String) -> String {
        reduce(into: "") { text, character in
            if characters.contains(character) { text.append("\\") }
            text.append(character)
        }
    }
}
