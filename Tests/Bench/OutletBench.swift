import ArgumentParser
import Foundation

@main
enum Main {
    /// What the guard counts is another run of this program: parts of the bench leave no place for a subcommand.
    static func main() async {
        let words = Array(CommandLine.arguments.dropFirst())
        switch words.first {
        case "drive": Drive.main(Array(words.dropFirst()))
        case "drive-settlement": DriveSettlement.main(Array(words.dropFirst()))
        default: await OutletBench.main(words)
        }
    }
}

/// Measures the outlet against floors measured in the same run; `scripts/bench` builds and starts it.
struct OutletBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outlet-bench",
        abstract: "Measures the outlet against the least that its work can cost.")

    enum Part: String, CaseIterable, ExpressibleByArgument {
        case start, catalog, settlement, responder, stop, exhaustion, stage, `guard`

        /// Those that measure time.
        static let timed: [Part] = [.start, .catalog, .settlement, .responder, .stop, .exhaustion]
    }

    @Argument(
        help:
            "Of start, catalog, settlement, responder, stop and exhaustion, all without any; or stage, or guard."
    )
    var parts: [Part] = []

    @Option(help: "How often each thing is measured.")
    var rounds = 5

    @Option(help: "How long each round of the responder lasts, in seconds.")
    var seconds = 2

    @Option(help: "The most rentals that are settled at once: 100000, or 1000000 with time.")
    var rentals = 100_000

    @Flag(help: "Of guard: keeps what is counted as what is right from now on.")
    var record = false

    @Option(help: "Where the report is kept, as JSON.")
    var report: String?

    func validate() throws {
        guard rounds > 0, seconds > 0, rentals >= 100 else {
            throw ValidationError("--rounds and --seconds take at least 1, --rentals at least 100")
        }
    }

    func run() async throws {
        let told = Report()
        for part in parts.isEmpty ? Part.timed : parts {
            print(part.rawValue)
            switch part {
            case .start: try await measureStart(told)
            case .catalog: try measureCatalog(told)
            case .settlement: try measureSettlement(told)
            case .responder: try await measureResponder(told)
            case .stop: try await measureStop(told)
            case .exhaustion: try await measureExhaustion(told)
            case .stage: try await holdStage()
            case .guard: try countInstructions(told, recording: record)
            }
        }
        if let report { try told.write(to: report) }
        print(told.missed == 0 ? "every goal reached" : "\(told.missed) goals missed")
        // The others are read by people, on machines of all kinds; what the guard counts is the same everywhere.
        if parts.contains(.guard), told.missed > 0 { throw ExitCode.failure }
    }
}
