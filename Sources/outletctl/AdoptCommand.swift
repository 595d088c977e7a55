import ArgumentParser
import Domain
import Foundation
import Operations
import Providers
import Storage

struct AdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Takes pods into the books that the books have lost.",
        discussion: """
            For when there is no backup: 'outletctl init' with the same site, accounts and credit again, then this.
            A label tells the rental and when it was asked for. Who rents it, at what price and from when it is billed
            is asked for, and never guessed. Without a label: lists what could be adopted.

            Examples:
              outletctl adopt
              outletctl adopt outlet-lab-01j8z3…-1
              outletctl adopt outlet-lab-01j8z3…-1 --user ada@example.org --rate 280 --since 2026-06-07T08:14:22Z
            """)
    @OptionGroup var options: Options
    @OptionGroup var output: Output
    @Argument(help: "The pod's label.") var label: String?
    @Option(help: "Who rents it: an e-mail address or id.") var user: String?
    @Option(help: "The price in cents an hour.") var rate: Int64?
    @Option(help: "The first second to bill, in UTC: 2026-06-07T08:14:22Z.") var since: String?
    @Option(help: "What it was sold as, where its provider does not know: a key as in 'rtx-4090/US-East/1'.")
    var offer: String?

    func run() async throws {
        let outlet = try Outlet(options)
        guard let label else { return try await listCandidates(in: outlet) }
        for provider in configuredProviders(outlet) {
            let pods = try await provider.list(labelPrefix: "")
            guard let pod = pods.first(where: { $0.label == label }) else { continue }
            return try await adopt(pod, at: provider, in: outlet)
        }
        throw Complaint("no provider has a pod '\(label)'; see 'outletctl provider sweep --dry-run'")
    }

    private func adopt(_ pod: Pod, at provider: any Provider, in outlet: Outlet) async throws {
        guard let known = PodLabel(pod.label), known.site == outlet.settings.site else {
            throw AdoptionRefusal.otherSite(PodLabel(pod.label)?.site ?? "nobody")
        }
        // What the pod was sold as stands in the catalog, which a new outlet may not have yet.
        try outlet.context.storeOffers(try await provider.offers(), provider: provider.code)
        let terms = AdoptionTerms(
            user: try outlet.user(try asked(user, "--user", "Who rents it (e-mail address)")).id,
            rate: try rate(try asked(rate.map(String.init), "--rate", "Its price, in cents an hour")),
            since: try instant(
                try asked(
                    since, "--since", "Billed from (UTC; asked for at \(known.launchedAt.iso8601))")),
            offerKey: offer)
        let rental = try outlet.context.adopt(pod, at: provider.code, terms)
        if output.isJSON { return try printJSON(RentalJSON(rental, email: nil)) }
        print(
            "adopted as \(rental.id) at \(rental.price.forPeople), charged \(rental.totalCharged.forPeople) so far"
        )
    }

    private func listCandidates(in outlet: Outlet) async throws {
        var table = Table(
            ("provider", .left), ("label", .left), ("asked for (UTC)", .left), ("sold as", .left),
            ("state", .left))
        for provider in configuredProviders(outlet) {
            let pods = try await provider.list(labelPrefix: outlet.context.labelPrefix)
            for pod in pods.sorted(by: { $0.label < $1.label }) {
                guard let label = PodLabel(pod.label),
                    try outlet.context.database.read({ try $0.attempt(label: pod.label) }) == nil
                else { continue }
                table.add(
                    provider.code, pod.label, label.launchedAt.forPeople, pod.offerKey ?? "?", pod.state.word)
            }
        }
        print(table.text(nothing: "every pod with this outlet's label is in the books"))
    }

    /// The value given, or typed at the terminal; a script must give it.
    private func asked(_ value: String?, _ option: String, _ question: String) throws -> String {
        if let value { return value }
        guard isatty(0) != 0 else {
            throw ValidationError("\(option) is missing: it cannot be known from the pod")
        }
        print("\(question): ", terminator: "")
        fflush(nil)
        guard let line = readLine()?.trimmingCharacters(in: .whitespaces), !line.isEmpty else {
            throw Complaint("nothing was adopted")
        }
        return line
    }

    private func rate(_ text: String) throws -> HourlyRate {
        guard let rate = Int64(text).flatMap({ HourlyRate(centsPerHour: $0) }) else {
            throw ValidationError("a price is a number of cents an hour, from 1 to 1000000")
        }
        return rate
    }

    private func instant(_ text: String) throws -> Instant {
        guard let instant = Instant(iso8601: text) else {
            throw ValidationError("'\(text)' is no time: write it in UTC, such as 2026-06-07T08:14:22Z")
        }
        return instant
    }
}

extension AdoptionRefusal {
    var message: String {
        switch self {
        case .notALabel: "this is no label of an outlet"
        case .otherSite(let site): "the pod belongs to the site '\(site)', not to this outlet"
        case .knownAlready(let rental): "it is \(rental) in the books already"
        case .notRunning: "the pod does not run"
        case .unknownOffer(let known):
            "nobody knows what it was sold as: name it with --offer; there are: \(known.joined(separator: ", "))"
        case .beforeItsLaunch(let launch): "it was asked for at \(launch.iso8601), and is not billed before"
        case .inTheFuture: "--since lies in the future"
        case .insufficientBalance(let required, let available):
            "its first hour costs \(required.forPeople) and the wallet has \(available.forPeople): "
                + "'outletctl wallet credit' first"
        }
    }
}
