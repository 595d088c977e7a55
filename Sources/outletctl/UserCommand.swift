import ArgumentParser
import Domain
import Operations

struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Accounts of renters and their SSH keys.",
        subcommands: [Add.self, List.self, Show.self, Close.self, AddKey.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Makes an account with an empty wallet.",
            discussion: "Example:\n  outletctl user add ada@example.org")
        @OptionGroup var options: Options
        @OptionGroup var output: Output
        @Argument(help: "The e-mail address; it is the account's name.") var email: String

        func run() throws {
            let outlet = try Outlet(options)
            let user = try outlet.context.addUser(email: email)
            try output.isJSON ? printJSON(UserJSON(user)) : print("added \(user.email) as \(user.id)")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Lists all accounts.",
            discussion: "Example:\n  outletctl user list --json")
        @OptionGroup var options: Options
        @OptionGroup var output: Output

        func run() throws {
            let outlet = try Outlet(options)
            let users = try outlet.context.users()
            if output.isJSON { return try printJSON(users.map(UserJSON.init)) }
            var table = Table(
                ("id", .left), ("email", .left), ("available", .right), ("created", .left), ("closed", .left))
            for user in users {
                let available = try outlet.context.balance(of: user.id).available
                table.add(
                    user.id.text, user.email, available.forPeople, user.createdAt.forPeople,
                    user.closedAt?.forPeople ?? "")
            }
            print(table.text(nothing: "no accounts yet; 'outletctl user add EMAIL' makes one"))
        }
    }
}
