import Domain

extension Words {
    /// - Parameter time: `24 hours`, `1 hour`, `10 minutes`.
    static func runway(_ time: String, until end: Instant, site: String) -> Words {
        Words(
            purpose: "runway", subject: "Your wallet at \(host(site)) lasts less than \(time)",
            paragraphs: [
                .text(
                    "At what your pods cost now, the money ends at \(end.iso8601). Then they are stopped, and what is "
                        + "on them is lost."),
                .text("To keep them, add money; to save it, stop what you do not need:"),
                .link("\(site)/app"),
            ])
    }

    static func spending(_ alert: Cents, spent: Cents, site: String) -> Words {
        Words(
            purpose: "spending",
            subject: "This month's spending at \(host(site)) has reached $\(alert.dollars)",
            paragraphs: [
                .text("You asked to be told at this amount. So far it is $\(spent.dollars) this month."),
                .text("Nothing was stopped. What runs, and what it costs:"), .link("\(site)/app"),
            ])
    }
}
