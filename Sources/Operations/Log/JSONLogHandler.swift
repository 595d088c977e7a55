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
        let own = event.metadata ?? [:]
        let metadata = metadata.isEmpty ? own : metadata.merging(own) { $1 }
        let line = LogLine(event, of: label, metadata, at: Instant(Int64(time(nil))))
        LogOutput.standardError.write(line, isUrgent: event.level > .info)
    }

    /// For all loggers of this process, whose end waits for the last line.
    package static func bootstrap() {
        LoggingSystem.bootstrap(JSONLogHandler.init)
        atexit { LogOutput.standardError.flush() }
    }
}

extension LogLine {
    private static let own = ["at", "level", "program", "event"]

    fileprivate init(_ event: LogEvent, of program: String, _ metadata: Logger.Metadata, at now: Instant) {
        var fields = [
            (name: "at", value: now.iso8601), (name: "level", value: event.level.rawValue),
            (name: "program", value: program), (name: "event", value: event.message.description),
        ]
        fields.reserveCapacity(fields.count + metadata.count)
        for (name, value) in metadata where !Self.own.contains(name) {
            fields.append((name, value.description))
        }
        self.init(fields)
    }
}
