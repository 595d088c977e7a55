import Domain

/// Text in headers. What is not plain ASCII becomes encoded words (RFC 2047), folded into lines of at most 76
/// characters. Control characters, line ends among them, become blanks: no text can begin a header of its own.
enum HeaderText {
    /// For `Subject` and its like.
    static func unstructured(_ text: String, after start: String) -> String {
        let text = cleaned(text)
        let isPlain = text.utf8.allSatisfy { $0 < 0x7F } && !text.contains("=?")
        if isPlain, start.utf8.count + text.utf8.count <= 76 { return text }
        return encodedWords(text, after: start)
    }

    /// For a name in front of an address: plain words, else a quoted string, else encoded words.
    static func phrase(_ text: String, after start: String) -> String {
        let text = cleaned(text)
        guard text.utf8.allSatisfy({ $0 < 0x7F }), !text.contains("=?"),
            start.utf8.count + text.utf8.count <= 60
        else { return encodedWords(text, after: start) }
        let isAtoms = text.allSatisfy { $0.isLetter || $0.isNumber || " !#$%&'*+-/=?^_`{|}~".contains($0) }
        if isAtoms { return text }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// `=?utf-8?B?…?=`, each of at most 75 characters and whole characters; on lines of their own after the first.
    private static func encodedWords(_ text: String, after start: String) -> String {
        let longest = 45  // Bytes that make 60 characters of base 64; 12 more go round them.
        var words: [[UInt8]] = [[]]
        var room = max((76 - start.utf8.count - 12) / 4 * 3, 4)
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > min(room, longest) {
                words.append([])
                room = longest
            }
            words[words.count - 1] += bytes
        }
        return words.map { "=?utf-8?B?\(Base64.encode($0))?=" }.joined(separator: "\n ")
    }

    private static func cleaned(_ text: String) -> String {
        let scalars = text.unicodeScalars.map {
            $0.properties.generalCategory == .control || $0 == "\u{2028}" || $0 == "\u{2029}" ? " " : $0
        }
        var cleaned = String.UnicodeScalarView()
        cleaned.append(contentsOf: scalars)
        return String(cleaned)
    }
}
