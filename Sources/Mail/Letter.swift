import Domain

/// A letter to one person, in plain text and in HTML, which say the same.
package struct Letter: Sendable {
    package let id: String  // Its Message-ID without brackets: `usr@host`; ASCII, no blanks.
    package let date: Instant
    package let senderName: String  // May be empty.
    package let sender: EmailAddress
    package let recipient: EmailAddress
    package let subject: String
    package let text: String  // Lines end with "\n".
    package let html: String

    package init(
        id: String, date: Instant, senderName: String, sender: EmailAddress, recipient: EmailAddress,
        subject: String, text: String, html: String
    ) {
        self.id = id
        self.date = date
        self.senderName = senderName
        self.sender = sender
        self.recipient = recipient
        self.subject = subject
        self.text = text
        self.html = html
    }

    /// The letter as RFC 5322 and RFC 2045 write it. Lines end with "\n", as programs like sendmail take it;
    /// they make CRLF of it on the wire. Nothing in it can end a header but this function.
    package var rendered: [UInt8] {
        // No quoted-printable text holds "=_", so the boundary is in neither part (RFC 2045, 6.7).
        let boundary =
            "=_outlet_\(id.prefix { $0 != "@" }.filter { $0.isASCII && $0.isLetter || $0.isNumber })"
        let name = senderName.isEmpty ? "" : HeaderText.phrase(senderName, after: "From: ")
        let room = 76 - name.utf8.reversed().prefix { $0 != UInt8(ascii: "\n") }.count - "From: <>".count
        let blank = name.isEmpty ? "" : sender.text.utf8.count < room ? " " : "\n "
        let lines = [
            "Date: \(date.rfc5322)",
            "From: \(name)\(blank)<\(sender.text)>",
            "To: <\(recipient.text)>",
            "Subject: \(HeaderText.unstructured(subject, after: "Subject: "))",
            "Message-ID: <\(id)>",
            "MIME-Version: 1.0",
            "Auto-Submitted: auto-generated",  // RFC 3834: out-of-office programs do not answer it.
            "Content-Type: multipart/alternative;\n boundary=\"\(boundary)\"",
            "",
            "--\(boundary)",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
            "",
            QuotedPrintable.encode(text),
            "--\(boundary)",
            "Content-Type: text/html; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
            "",
            QuotedPrintable.encode(html),
            "--\(boundary)--",
            "",
        ]
        return Array(lines.joined(separator: "\n").utf8)
    }
}

extension Instant {
    /// `Sun, 07 Jun 2026 08:14:22 +0000`
    var rfc5322: String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]  // 1970-01-01 was a Thursday.
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let parts = iso8601.split { "-T:Z".contains($0) }
        let day = secondsSince1970 / 86_400 - (secondsSince1970 % 86_400 < 0 ? 1 : 0)
        let weekday = days[Int((day % 7 + 7) % 7)]
        let month = months[Int(parts[1])! - 1]
        return "\(weekday), \(parts[2]) \(month) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) +0000"
    }
}
