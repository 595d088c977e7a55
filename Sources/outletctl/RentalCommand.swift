import ArgumentParser
import Domain
import Operations

struct RentalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rental", abstract: "Rentals of all renters.",
        subcommands: [List.self, Show.self, Stop.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Lists rentals, newest first.",
            discussion: """
                Examples:
                  outletctl rental list --status running
                  outletctl rental list --user ada@example.org --json
                """)
        @OptionGroup var options: Options
        @OptionGroup var output: Output
        @Option(help: "provisioning, running, stopping, stopped, failed, or in_progress.") var status: String?
        @Option(help: "Only those of this account, by e-mail address or id.") var user: String?

        func validate() throws { _ = try filter() }

        func run() throws {
            let outlet = try Outlet(options)
            let owner = try user.map { try outlet.user($0).id }
            let rentals = try outlet.rentals(of: owner, try filter())
            let emails = try outlet.emails()
            if output.isJSON { return try printJSON(rentals.map { RentalJSON($0, email: emails[$0.user]) }) }
            var table = Table(
                ("id", .left), ("account", .left), ("status", .left), ("family", .left), ("gpus", .right),
                ("price", .right), ("charged", .right), ("asked for (UTC)", .left), ("provider", .left))
            for rental in rentals {
                table.add(
                    rental.id.text, emails[rental.user] ?? rental.user.text, rental.status.rawValue,
                    rental.familyID,
                    "\(rental.gpuCount)", rental.price.forPeople, rental.totalCharged.forPeople,
                    rental.startedAt.forPeople, "\(rental.provider), \(rental.region)")
            }
            print(table.text(nothing: "no such rentals"))
        }

        private func filter() throws -> RentalFilter {
            guard let status else { return .all }
            if status == "in_progress" { return .inProgress }
            guard let status = RentalStatus(rawValue: status) else {
                let known = RentalStatus.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--status is one of \(known), in_progress")
            }
            return .status(status)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Shows one rental with its attempts at providers and its history.",
            discussion: "Example:\n  outletctl rental show rent_01J8Z3…")
        @OptionGroup var options: Options
        @OptionGroup var output: Output
        @Argument(help: "The rental's id.") var id: String

        func run() throws {
            let outlet = try Outlet(options)
            let rental = try outlet.rental(id)
            let email = try outlet.context.user(rental.user)?.email
            let attempts = try outlet.context.attempts(of: rental.id)
            let events = try outlet.context.events(of: rental.id)
            if output.isJSON {
                return try printJSON(RentalDetailJSON(RentalJSON(rental, email: email), attempts, events))
            }
            print(form(rental.lines(email: email)))
            var tries = Table(
                ("attempt (UTC)", .left), ("provider", .left), ("price", .right), ("outcome", .left),
                ("error", .left))
            for attempt in attempts {
                tries.add(
                    attempt.startedAt.forPeople, attempt.provider, attempt.price.forPeople, attempt.outcome,
                    attempt.error ?? "")
            }
            print("\n" + tries.text(nothing: "no attempts at a provider yet"))
            var history = Table(("event (UTC)", .left), ("type", .left), ("message", .left))
            for event in events { history.add(event.at.forPeople, event.type, event.message) }
            print("\n" + history.text(nothing: "no events"))
        }
    }

    struct Stop: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "stop", abstract: "Stops a rental, or all; billing ends at this second.",
            discussion: """
                The pod is ended by outlet-meter, which must be running.

                Examples:
                  outletctl rental stop rent_01J8Z3…
                  outletctl rental stop --all
                """)
        @OptionGroup var options: Options
        @Argument(help: "The rental's id.") var id: String?
        @Flag(help: "Every rental that is provisioning or running.") var all = false

        func validate() throws {
            guard (id != nil) != all else { throw ValidationError("name one rental, or --all") }
        }

        func run() throws {
            let outlet = try Outlet(options)
            guard let id else { return try stopAll(in: outlet) }
            try stop(try outlet.rental(id).id, in: outlet)
        }

        private func stopAll(in outlet: Outlet) throws {
            let live: [RentalStatus] = [.provisioning, .running]
            let rentals = try live.flatMap { try outlet.rentals(of: nil, .status($0)) }
            for rental in rentals {
                do {
                    try stop(rental.id, in: outlet)
                } catch StopRefusal.alreadyStopped(let status) {  // Its renter was faster.
                    print("\(rental.id) is \(status.rawValue) already")
                }
            }
            if rentals.isEmpty { print("nothing to stop") }
        }

        private func stop(_ id: ID<Rental>, in outlet: Outlet) throws {
            let stopped = try outlet.context.stopByOperator(id)
            print(
                "\(id) is stopping: charged \(stopped.finalCharged.forPeople), given back \(stopped.refunded.forPeople)"
            )
        }
    }
}

extension Outlet {
    /// All rentals of one account, or of all, page by page.
    fileprivate func rentals(of user: ID<User>?, _ filter: RentalFilter) throws -> [RentalView] {
        var rentals: [RentalView] = []
        var cursor: String?
        repeat {
            let page = try context.rentals(of: user, filter: filter, cursor: cursor, pageSize: 200)
            rentals += page.items
            cursor = page.next
        } while cursor != nil
        return rentals
    }

    fileprivate func rental(_ text: String) throws -> RentalView {
        guard let id = ID<Rental>(text), let rental = try context.rental(id, of: nil) else {
            throw Complaint("there is no rental '\(text)'; see 'outletctl rental list'")
        }
        return rental
    }
}
