import Foundation
import Synchronization

/// What was found, told line by line as it is found, and kept as JSON.
final class Report: Sendable {
    private let findings = Mutex<[Finding]>([])

    /// A figure and what was wanted of it.
    struct Finding: Codable {
        let part: String
        let what: String
        let figure: Series
        let goal: Goal?
        let holds: Bool?
    }

    enum Goal: Codable {
        case atLeast(Double), atMost(Double)

        func holds(_ value: Double) -> Bool {
            switch self {
            case .atLeast(let least): value >= least
            case .atMost(let most): value <= most
            }
        }

        var words: String {
            switch self {
            case .atLeast(let least): "at least \(Series.text(least))"
            case .atMost(let most): "at most \(Series.text(most))"
            }
        }
    }

    /// - Parameter quantile: the part of the samples that the goal is held against; the median unless said otherwise.
    func tell(_ part: String, _ what: String, _ figure: Series, goal: Goal? = nil, quantile: Double = 0.5) {
        let holds = goal.map { $0.holds(figure.quantile(quantile)) }
        findings.withLock {
            $0.append(Finding(part: part, what: what, figure: figure, goal: goal, holds: holds))
        }
        let verdict = goal.map { "   goal: \($0.words), \(holds! ? "reached" : "MISSED")" } ?? ""
        print(
            "  \(what.padding(toLength: max(what.count, 62), withPad: " ", startingAt: 0)) \(figure.description(quantile))\(verdict)"
        )
        fflush(nil)
    }

    func note(_ text: String) {
        print("  \(text)")
        fflush(nil)
    }

    var missed: Int { findings.withLock { $0.count { $0.holds == false } } }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(findings.withLock { $0 }).write(to: URL(fileURLWithPath: path))
    }
}
