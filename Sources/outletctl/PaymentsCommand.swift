import ArgumentParser
import Domain
import Operations

struct PaymentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payments", abstract: "Payments by card.", subcommands: [Reconcile.self])

    struct Reconcile: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reconcile",
            abstract: "Compares Stripe's list with the books, and names each difference.",
            discussion: """
                Takes in what Stripe's events say and no webhook has brought; corrects nothing else. The meter does the
                same once a day. Exit status 1 when there is a difference.

                Examples:
                  outletctl payments reconcile
                  outletctl payments reconcile --days 90 --json
                """)
        @OptionGroup var options: Options
        @OptionGroup var output: Output
        @Option(help: "How far back, 1 to 365 days.") var days: Int64 = 30

        func validate() throws {
            guard (1...365).contains(days) else {
                throw ValidationError("--days is a number from 1 to 365")
            }
        }

        func run() throws {
            let outlet = try Outlet(options)
            guard let cards = try CardPayments.configured(in: outlet.settings) else {
                throw Complaint("this outlet takes no cards: the configuration has no 'stripe'")
            }
            try outlet.context.claimStripe(cards)
            let report = try outlet.context.reconcile(days: days, with: cards)
            if output.isJSON {
                try printJSON(Answer(report))
            } else {
                for difference in report.differences {
                    print("difference: \(printable(difference.description))")
                }
                let count = report.differences.count
                print(
                    "\(report.payments) payments, \(report.refunds) refunds and \(report.disputes) disputes compared, "
                        + (count == 0 ? "no difference" : "\(count) difference\(count == 1 ? "" : "s")"))
            }
            if !report.differences.isEmpty { throw ExitCode.failure }
        }

        private struct Answer: Encodable {
            struct Difference: Encodable {
                let object: String
                let paymentId: String?
                let words: String
            }

            let since: String
            let payments, refunds, disputes: Int
            let differences: [Difference]

            init(_ report: ReconcileReport) {
                since = report.since.iso8601
                (payments, refunds, disputes) = (report.payments, report.refunds, report.disputes)
                differences = report.differences.map {
                    Difference(object: $0.object, paymentId: $0.payment?.text, words: $0.words)
                }
            }
        }
    }
}
