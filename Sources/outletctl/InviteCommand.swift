import ArgumentParser
import Domain
import Operations

struct InviteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite",
        abstract: "Lets an address make an account by signing in, whatever signIn.signUp says.",
        discussion: """
            Writes to the address when mail is configured. The invitation is no secret: whoever signs in still proves
            that the address is theirs.

            Examples:
              outletctl invite ada@example.org
              outletctl invite ada@example.org --days 3
              outletctl invite --list
              outletctl invite ada@example.org --remove
            """)
    @OptionGroup var options: Options
    @OptionGroup var output: Output
    @Argument(help: "The e-mail address.") var email: String?
    @Option(help: "How long the invitation is good for, 1 to 365.") var days = 14
    @Flag(help: "Lists the invitations that are good now.") var list = false
    @Flag(help: "Takes the invitation back.") var remove = false

    func validate() throws {
        guard list != (email != nil) else { throw ValidationError("give an address, or --list") }
        guard !(list && remove) else { throw ValidationError("--remove takes an address") }
        guard (1...365).contains(days) else { throw ValidationError("--days is a number from 1 to 365") }
    }

    func run() throws {
        let outlet = try Outlet(options)
        guard let email else { return try show(try outlet.context.invitations()) }
        if remove {
            guard try outlet.context.uninvite(email: email) else {
                throw Complaint("there is no invitation of '\(email)'; see 'outletctl invite --list'")
            }
            print("removed the invitation of \(email)")
        } else {
            let invitation = try outlet.context.invite(
                email: email, validFor: Seconds(Int64(days) * 86_400))
            if output.isJSON { return try printJSON(InvitationJSON(invitation)) }
            print("invited \(invitation.email) until \(invitation.expiresAt.forPeople) UTC")
            if outlet.settings.mail == nil {
                print("mail is not configured: tell them to sign in at \(outlet.settings.publicURL)/login")
            }
        }
    }

    private func show(_ invitations: [InvitationView]) throws {
        if output.isJSON { return try printJSON(invitations.map(InvitationJSON.init)) }
        var table = Table(("email", .left), ("until", .left), ("by", .left))
        for invitation in invitations {
            table.add(invitation.email, invitation.expiresAt.forPeople, invitation.invitedBy)
        }
        print(table.text(nothing: "no invitations"))
    }
}

private struct InvitationJSON: Encodable {
    let email, invitedBy, expiresAt: String

    init(_ invitation: InvitationView) {
        email = invitation.email
        invitedBy = invitation.invitedBy
        expiresAt = invitation.expiresAt.iso8601
    }
}
