import Domain
import JSON

extension CloudAnswer {
    /// What the status alone says, with `words` of the provider. 429 never comes here.
    func fault(_ words: String?) -> ProviderFault {
        let words = "HTTP \(status)" + (words.map { ": \(Self.presentable($0))" } ?? "")
        return switch status {
        case 401, 403: .auth(words)
        case 402: .payment(words)
        case 404: .notFound
        case 409: .conflict(words)
        case 408, 500...: .transient(words)
        default: .invalid(words)
        }
    }

    /// A successful answer's JSON.
    /// - Throws: the fault of any other, in the words that `words` finds; `transient` for what is no JSON.
    func value(words: (JSON) -> String?) throws(ProviderFault) -> JSON {
        guard succeeded else { throw fault(json.flatMap(words)) }
        guard let json else { throw .transient("HTTP \(status) without JSON") }
        return json
    }

    /// Words of a provider as they may go to a log and to people: one line, short, printable.
    static func presentable(_ words: String) -> String {
        let line = words.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control ? " " : String(scalar)
        }.joined()
        return line.count > 200 ? line.prefix(199) + "…" : line
    }

    /// Whether the answer can be what became of a create at all. Gateways fail before and behind the provider.
    var isNoOutcome: Bool { status >= 500 || status == 408 || (300..<400).contains(status) }
}

extension ProviderFault {
    /// An answer that does not have what it must: never an exception in the outlet.
    static func malformed(_ what: String) -> ProviderFault { .transient("the answer has no \(what)") }
}
