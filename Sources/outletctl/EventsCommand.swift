import ArgumentParser
import Domain
import Operations

struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Shows the audit trail, newest first.",
        discussion: """
            Who did what, when, from where and by which request. Lines are only ever added. Money has its own
            append-only books, see 'outletctl wallet show'.

            Examples:
              outletctl events --user ada@example.org
              outletctl events --type rental --lines 200
              outletctl events --type wallet.adjusted --json
            """)
    @OptionGroup var options: Options
    @OptionGroup var output: Output
    @Option(help: "Only those of this account, by e-mail address or id.") var user: String?
    @Option(help: "Only this type, or all that begin with it: key.added, or key.") var type: String?
    @Option(help: "How many, 1 to 1000.") var lines = 50

    func validate() throws {
        guard (1...1_000).contains(lines) else {
            throw ValidationError("--lines is a number from 1 to 1000")
        }
    }

    func run() throws {
        let outlet = try Outlet(options)
        var filter = EventFilter()
        filter.user = try user.map { try outlet.user($0).id }
        filter.type = type
        let events = try outlet.context.events(filter, cursor: nil, pageSize: lines).items
        if output.isJSON { return try printJSON(events.map(EventJSON.init)) }
        let emails = try outlet.emails()
        var table = Table(
            ("time (UTC)", .left), ("type", .left), ("account", .left), ("actor", .left), ("address", .left),
            ("what", .left))
        for event in events {
            table.add(
                event.at.forPeople, event.type, event.user.map { emails[$0] ?? $0.text } ?? "", event.actor,
                event.address ?? "", event.message)
        }
        print(table.text(nothing: "no such events"))
    }
}

private struct EventJSON: Encodable {
    let id: String
    let type: String
    let at: String
    let message: String
    let userId: String?
    let rentalId: String?
    let actor: String
    let address: String?
    let requestId: String?

    init(_ event: EventView) {
        id = event.id.text
        type = event.type
        at = event.at.iso8601
        message = event.message
        userId = event.user?.text
        rentalId = event.rental?.text
        actor = event.actor
        address = event.address
        requestId = event.requestID
    }
}
