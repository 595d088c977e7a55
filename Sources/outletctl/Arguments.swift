import ArgumentParser
import Domain
import Foundation

/// What every command takes.
struct Options: ParsableArguments {
    @Option(name: .customLong("config"), help: ArgumentHelp("The configuration file.", valueName: "path"))
    var configuration: String?

    /// The file that is meant: as given, by the environment, or where one is usually kept.
    var path: String {
        let usual = ["./var/outlet.yaml", "/etc/gpu-outlet/outlet.yaml"]
        return configuration ?? ProcessInfo.processInfo.environment["OUTLET_CONFIG"]
            ?? usual.first { FileManager.default.fileExists(atPath: $0) } ?? usual[0]
    }
}

/// What every reading command takes.
struct Output: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Writes JSON for scripts instead of a table.")
    var isJSON = false
}

/// The arguments as the parser wants them: a leading `--config PATH` goes behind the subcommand, and a negative
/// amount, which would be taken for an option, gets the minus sign of typography (U+2212), which `amount` reads.
func arranged(_ arguments: [String]) -> [String] {
    var leading: [String] = []
    var rest = arguments[...]
    while let first = rest.first {
        let count = first == "--config" ? 2 : first.hasPrefix("--config=") ? 1 : 0
        if count == 0 || rest.count < count { break }
        leading += rest.prefix(count)
        rest = rest.dropFirst(count)
    }
    let end = rest.firstIndex(of: "--") ?? rest.endIndex
    let words = rest[..<end].map { Cents(dollars: $0) != nil ? $0.replacing("-", with: "\u{2212}") : $0 }
    return words + leading + rest[end...]
}

/// An amount in dollars, to the cent.
func amount(_ text: String) throws -> Cents {
    let plain = text.replacing("\u{2212}", with: "-")
    guard let cents = Cents(dollars: plain) else {
        throw ValidationError(
            "'\(plain)' is not an amount: write dollars with at most two decimals, such as 20 or 20.50")
    }
    return cents
}
