import Domain
import Glibc
import Logging

/// One JSON line an event on stderr: time, level, event, and its metadata as texts.
package struct JSONLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level = .info
    private let label: String

    package init(label: String) { self.label = label }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let now = Instant(Int64(time(nil)))
        var fields = [
            "at": now.iso8601, "level": event.level.rawValue, "program": label,
            "event": event.message.description,
        ]
        for (key, value) in metadata { fields[key] = value.description }
        for (key, value) in event.metadata ?? [:] { fields[key] = value.description }
        LogLine(fields).write(to: 2)
    }
}
