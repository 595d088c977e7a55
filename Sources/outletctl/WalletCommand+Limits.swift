import ArgumentParser
import Domain
import Operations

extension WalletCommand {
    struct Limits: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "limits", abstract: "Shows or sets the most that one account may have.",
            discussion: """
                Without an option, shows the limits. With one or more, sets the operator's limits of this account:
                those that are not named stay; 'usual' goes back to the configuration's. Limits refuse launches;
                they never end a pod that runs.

                Examples:
                  outletctl wallet limits ada@example.org
                  outletctl wallet limits ada@example.org --burn 25.00 --month 500 --pods 8
                  outletctl wallet limits ada@example.org --pods usual
                """)
        @OptionGroup var options: Options
        @OptionGroup var output: Output
        @Argument(help: "The account's e-mail address or id.") var email: String
        @Option(help: "Dollars burnt in an hour, or 'usual'.", transform: dollarsOrUsual) var burn:
            Choice<Cents>?
        @Option(help: "Dollars spent in a month, or 'usual'.", transform: dollarsOrUsual) var month:
            Choice<Cents>?
        @Option(help: "Pods at once, or 'usual'.", transform: countOrUsual) var pods: Choice<Int>?

        func run() throws {
            let outlet = try Outlet(options)
            let user = try outlet.user(email)
            let limits = try set(for: user, in: outlet) ?? outlet.context.limits(of: user.id)
            if output.isJSON { return try printJSON(LimitsJSON(user, limits)) }
            print(
                form([
                    ("account", user.email), ("the operator's", limits.operators.words),
                    ("the renter's own", limits.own.words),
                    ("burns at most", "\(limits.spending.burnPerHour.forPeople)/h"),
                    ("this month", limits.spending.spentThisMonth.forPeople),
                    ("pods", "\(limits.spending.pods)"),
                ]))
        }

        private func set(for user: UserView, in outlet: Outlet) throws -> LimitsView? {
            guard burn != nil || month != nil || pods != nil else { return nil }
            var limits = try outlet.context.operatorLimits(of: user.id)
            if let burn { limits.burnPerHour = burn.value }
            if let month { limits.spendPerMonth = month.value }
            if let pods { limits.pods = pods.value }
            return try outlet.context.setOperatorLimits(limits, of: user.id)
        }
    }
}

/// A value, or the usual one.
struct Choice<Value: Sendable>: Sendable { let value: Value? }

private func dollarsOrUsual(_ text: String) throws -> Choice<Cents> {
    if text == "usual" { return Choice(value: nil) }
    let cents = try amount(text)
    guard cents >= .zero else { throw ValidationError("a limit is not negative") }
    return Choice(value: cents)
}

private func countOrUsual(_ text: String) throws -> Choice<Int> {
    if text == "usual" { return Choice(value: nil) }
    guard let count = Int(text), count >= 0 else {
        throw ValidationError("'\(text)' is not a number of pods")
    }
    return Choice(value: count)
}

private struct LimitsJSON: Encodable {
    struct Limits: Encodable {
        let maxBurnPerHourCents: Int64?
        let maxSpendPerMonthCents: Int64?
        let maxPods: Int?

        init(_ limits: SpendingLimits) {
            maxBurnPerHourCents = limits.burnPerHour?.count
            maxSpendPerMonthCents = limits.spendPerMonth?.count
            maxPods = limits.pods
        }
    }

    let email: String
    let `operator`: Limits
    let own: Limits
    let burnPerHourCents: Int64
    let spentThisMonthCents: Int64
    let pods: Int

    init(_ user: UserView, _ view: LimitsView) {
        email = user.email
        `operator` = Limits(view.operators)
        own = Limits(view.own)
        burnPerHourCents = view.spending.burnPerHour.count
        spentThisMonthCents = view.spending.spentThisMonth.count
        pods = view.spending.pods
    }
}
