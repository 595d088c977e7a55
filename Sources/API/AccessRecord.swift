import Logging

/// What the log keeps of one request: an allow-list, so that nothing secret gets in by accident.
struct AccessRecord {
    var requestID = ""
    var method = "-"
    var route = "-"  // The pattern, never the path that was sent.
    var user: String?

    func log(status: Int, took duration: Duration, to logger: Logger) {
        let (seconds, attoseconds) = duration.components
        var fields: Logger.Metadata = [
            "method": .string(method), "route": .string(route), "status": .string(String(status)),
            "ms": .string(String(seconds * 1_000 + attoseconds / 1_000_000_000_000_000)),
            "requestId": .string(requestID),
        ]
        if let user { fields["user"] = .string(user) }
        logger.info("request", metadata: fields)
    }
}
