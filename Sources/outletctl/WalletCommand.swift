import ArgumentParser
import Domain
import Operations

struct WalletCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wallet", abstract: "What renters have, and corrections to it.",
        subcommands: [Credit.self, Adjust.self, Show.self, Limits.self])

    struct Credit: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "credit", abstract: "Adds money to a wallet.",
            discussion: """
                One line of the ledger, which stays for ever and which the renter sees with its note.

                Example:
                  outletctl wallet credit ada@example.org 20.00 --note "bank transfer of 3 May"
                """)
        @OptionGroup var options: Options
        @OptionGroup var output: Output
        @Argument(help: "The account's e-mail address or id.") var email: String
        @Argument(help: "More than 0; at most two decimals.", transform: amount) var dollars: Cents
        @Option(help: "Why, in the renter's words too.") var note: String

        func validate() throws {
            guard dollars > .zero else {
                throw ValidationError("a credit is more than 0; 'wallet adjust' takes away")
            }
            try checkNote(note)
        }

        func run() throws { try post(dollars, to: email, note: note, options, output) }
    }

    struct Adjust: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "adjust", abstract: "Corrects a wallet, up or down; never below zero.",
            discussion: """
                Example:
                  outletctl wallet adjust ada@example.org -5.00 --note "credited twice on 3 May"
                """)
        @OptionGroup var options: Options
        @OptionGroup var output: Output
        @Argument(help: "The account's e-mail address or id.") var email: String
        @Argument(help: "Such as 5 or -5.00; not 0.", transform: amount) var dollars: Cents
        @Option(help: "Why, in the renter's words too.") var note: String

        func validate() throws {
            guard dollars != .zero else { throw ValidationError("an adjustment is not 0") }
            try checkNote(note)
        }

        func run() throws { try post(dollars, to: email, note: note, options, output) }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Shows a wallet and the newest lines of its ledger.",
            discussion: "Example:\n  outletctl wallet show ada@example.org --lines 50")
        @OptionGroup var options: Options
        @OptionGroup var output: Output
        @Argument(help: "The account's e-mail address or id.") var email: String
        @Option(help: "How many lines of the ledger, 1 to 200.") var lines = 10

        func validate() throws {
            guard (1...200).contains(lines) else {
                throw ValidationError("--lines is a number from 1 to 200")
            }
        }

        func run() throws {
            let outlet = try Outlet(options)
            let user = try outlet.user(email)
            let balance = try outlet.context.balance(of: user.id)
            let entries = try outlet.context.ledger(
                of: user.id, filter: LedgerFilter(), cursor: nil, pageSize: lines
            )
            .page.items
            if output.isJSON {
                return try printJSON(
                    Answer(
                        email: user.email, wallet: WalletJSON(balance),
                        entries: entries.map(LedgerEntryJSON.init)))
            }
            print(
                form([
                    ("account", user.email), ("available", balance.available.forPeople),
                    ("reserved", balance.reserved.forPeople), ("not yet posted", balance.pending.forPeople),
                    ("owed", balance.owed > .zero ? balance.owed.forPeople : nil),
                    ("spends", "\(balance.burnPerHour.forPeople)/h"), ("lasts", balance.runway?.forPeople),
                ]))
            var table = Table(
                ("time (UTC)", .left), ("type", .left), ("amount", .right), ("balance", .right),
                ("note", .left))
            for entry in entries {
                table.add(
                    entry.createdAt.forPeople, entry.type, entry.amount.forPeople,
                    entry.balanceAfter.forPeople,
                    entry.note ?? entry.rental?.text ?? "")
            }
            print("\n" + table.text(nothing: "no lines yet"))
        }

        private struct Answer: Encodable {
            let email: String
            let wallet: WalletJSON
            let entries: [LedgerEntryJSON]
        }
    }
}

private func checkNote(_ note: String) throws {
    guard (1...500).contains(note.count) else { throw ValidationError("--note has 1 to 500 characters") }
}

private func post(_ change: Cents, to email: String, note: String, _ options: Options, _ output: Output)
    throws
{
    let outlet = try Outlet(options)
    let user = try outlet.user(email)
    let entry = try outlet.context.adjust(user.id, by: change, note: note, actor: operatorName)
    if output.isJSON { return try printJSON(LedgerEntryJSON(entry)) }
    print(
        "\(user.email): \(entry.amount.forPeople), now \(entry.availableAfter.forPeople) available (\(entry.id))"
    )
}
