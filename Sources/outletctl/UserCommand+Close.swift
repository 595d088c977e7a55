import ArgumentParser
import Operations

extension UserCommand {
    struct Close: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "close",
            abstract: "Closes an account: nobody signs in with it any more, its rentals are stopped.",
            discussion:
                "The wallet and its ledger stay as they are.\n\nExample:\n  outletctl user close ada@example.org"
        )
        @OptionGroup var options: Options
        @Argument(help: "The account's e-mail address or id.") var email: String

        func run() throws {
            let outlet = try Outlet(options)
            let user = try outlet.user(email)
            guard user.closedAt == nil else { throw Complaint("\(user.email) is closed already") }
            try outlet.context.closeUser(user.id)
            print("closed \(user.email)")
        }
    }
}
