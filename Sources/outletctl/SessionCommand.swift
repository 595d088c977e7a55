import ArgumentParser
import Domain
import Operations

struct SessionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session", abstract: "Signs a renter in.", subcommands: [Create.self])

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Makes a session, and a link that signs in once within 24 hours.",
            discussion: """
                The session id is for scripts, as the cookie sid; the link is for a browser. Whoever has either is
                the renter: hand them over with care.

                Examples:
                  outletctl session create ada@example.org
                  curl --cookie "sid=$(outletctl session create ada@example.org --json | jq -r .sid)" …
                """)
        @OptionGroup var options: Options
        @OptionGroup var output: Output
        @Argument(help: "The account's e-mail address or id.") var email: String

        func run() throws {
            let outlet = try Outlet(options)
            let user = try outlet.user(email)
            guard user.closedAt == nil else {
                throw Complaint("\(user.email) is closed; nobody can sign in with it")
            }
            let (sid, signedIn) = try outlet.context.createSession(
                for: user.id, userAgent: "outletctl", address: nil)
            let link = try outlet.context.createSignInLink(for: user.id, validFor: Seconds(86_400))
            let answer = Answer(
                sid: sid, signInUrl: "\(outlet.settings.publicURL)/login#link=\(link.token)",
                expiresAt: signedIn.expiresAt.iso8601, linkExpiresAt: link.expiresAt.iso8601)
            if output.isJSON { return try printJSON(answer) }
            print(
                form([
                    ("account", user.email), ("sign-in link", answer.signInUrl),
                    ("", "works once, until \(link.expiresAt.forPeople) UTC"), ("cookie", "sid=\(sid)"),
                    ("", "until \(signedIn.expiresAt.forPeople) UTC, longer while it is used"),
                ]))
        }
    }

    private struct Answer: Encodable {
        let sid: String
        let signInUrl: String
        let expiresAt: String  // Of the session.
        let linkExpiresAt: String
    }
}
