import ArgumentParser
import Domain
import Operations

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Personal tokens of renters.", subcommands: [List.self, Revoke.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Lists the tokens of an account; their secrets are kept nowhere.",
            discussion: "Example:\n  outletctl token list ada@example.org")
        @OptionGroup var options: Options
        @OptionGroup var output: Output
        @Argument(help: "The account's e-mail address or id.") var email: String

        func run() throws {
            let outlet = try Outlet(options)
            let tokens = try outlet.context.tokens(of: outlet.user(email).id)
            if output.isJSON { return try printJSON(tokens.map(TokenJSON.init)) }
            var table = Table(
                ("id", .left), ("name", .left), ("scopes", .left), ("created (UTC)", .left),
                ("expires", .left),
                ("last used", .left), ("from", .left))
            for token in tokens {
                table.add(
                    token.id.text, token.name, token.scopes.text, token.createdAt.forPeople,
                    token.expiresAt?.forPeople ?? "", token.usedAt?.forPeople ?? "", token.usedFrom ?? "")
            }
            print(table.text(nothing: "no tokens"))
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "Revokes a token at once.",
            discussion: "Example:\n  outletctl token revoke ada@example.org tok_01J8Z3…")
        @OptionGroup var options: Options
        @Argument(help: "The account's e-mail address or id.") var email: String
        @Argument(help: "The token's id.") var id: String

        func run() throws {
            let outlet = try Outlet(options)
            let user = try outlet.user(email)
            guard let token = ID<AccessToken>(id), try outlet.context.deleteToken(token, of: user.id) else {
                throw Complaint(
                    "\(user.email) has no token '\(id)'; see 'outletctl token list \(user.email)'")
            }
            print("revoked \(token)")
        }
    }
}

private struct TokenJSON: Encodable {
    let id: String
    let name: String
    let scopes: [String]
    let createdAt: String
    let expiresAt: String?
    let lastUsedAt: String?
    let lastUsedFrom: String?

    init(_ token: TokenView) {
        id = token.id.text
        name = token.name
        scopes = token.scopes.inOrder.map(\.rawValue)
        createdAt = token.createdAt.iso8601
        expiresAt = token.expiresAt?.iso8601
        lastUsedAt = token.usedAt?.iso8601
        lastUsedFrom = token.usedFrom
    }
}
