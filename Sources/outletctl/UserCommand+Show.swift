import ArgumentParser
import Operations

extension UserCommand {
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Shows one account, its wallet and its SSH keys.",
            discussion: "Example:\n  outletctl user show ada@example.org")
        @OptionGroup var options: Options
        @OptionGroup var output: Output
        @Argument(help: "The account's e-mail address or id.") var email: String

        func run() throws {
            let outlet = try Outlet(options)
            let user = try outlet.user(email)
            let keys = try outlet.context.sshKeys(of: user.id)
            let balance = try outlet.context.balance(of: user.id)
            if output.isJSON {
                return try printJSON(
                    UserDetailJSON(user: UserJSON(user), wallet: WalletJSON(balance), keys: keys))
            }
            print(
                form([
                    ("id", user.id.text), ("email", user.email), ("created", user.createdAt.forPeople),
                    ("closed", user.closedAt?.forPeople), ("available", balance.available.forPeople),
                    ("reserved", balance.reserved.forPeople),
                ]))
            var table = Table(("key", .left), ("name", .left), ("algorithm", .left), ("fingerprint", .left))
            for key in keys { table.add(key.id.text, key.name, key.algorithm, key.fingerprint) }
            print("\n" + table.text(nothing: "no SSH keys"))
        }
    }
}
