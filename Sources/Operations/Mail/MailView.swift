import Domain
import Storage

/// How the outbox stands.
package struct MailView: Sendable {
    package let waiting: Int64
    package let oldestAge: Seconds  // Of those that wait; zero when none does.
    package let lastError: String?  // What the newest failure of those that wait says.
    package let dead: [DeadLetter]  // Given up within the last day, newest first.
}

extension Context {
    package func mail() throws -> MailView { try database.read { try mail(in: $0) } }

    func mail(in session: any ReadSession) throws -> MailView {
        let now = try now(in: session)
        let waiting = try session.mailWaiting()
        return MailView(
            waiting: waiting.count, oldestAge: waiting.oldest.map { now - $0 } ?? .zero,
            lastError: waiting.lastError, dead: try session.deadLetters(since: now - Seconds(86_400)))
    }
}

extension MailView {
    var metrics: [Metric] {
        [
            Metric(
                name: "outlet_mail_waiting", help: "Letters not yet handed over.", type: "gauge",
                value: waiting, labels: []),
            Metric(
                name: "outlet_mail_oldest_seconds", help: "Age of the oldest letter that waits.",
                type: "gauge", value: oldestAge.count, labels: []),
            Metric(
                name: "outlet_mail_dead", help: "Letters given up within the last day.", type: "gauge",
                value: Int64(dead.count), labels: []),
        ]
    }
}
