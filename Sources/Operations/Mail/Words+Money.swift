import Domain

// No letter about money asks for anything but a look at the outlet's own page.
extension Words {
    static func receipt(_ amount: Cents, available: Cents, site: String) -> Words {
        Words(
            purpose: "receipt", subject: "$\(amount.dollars) were added at \(host(site))",
            paragraphs: [
                .text("Your payment of $\(amount.dollars) has arrived."),
                .text("$\(available.dollars) may now be spent."),
                .text("The ledger and the receipt are on your billing page:"), .link("\(site)/app/billing"),
            ])
    }

    static func autoTopupDeclined(_ amount: Cents, _ reason: String, site: String) -> Words {
        Words(
            purpose: "topup-declined", subject: "Automatic top-up at \(host(site)) is switched off",
            paragraphs: [
                .text("Your saved card was to be charged $\(amount.dollars), and was not: \(reason)"),
                .text(
                    "Automatic top-up is switched off. Pods go on for as long as the wallet can pay for them, "
                        + "and are stopped then."),
                .text("To top up, or to save another card:"), .link("\(site)/app/billing"),
            ])
    }
}
