import Operations

/// The text format of Prometheus, version 0.0.4: each name's help and type once, then its samples.
enum PrometheusText {
    static func write(_ metrics: [Metric]) -> String {
        var text = ""
        var names: [String] = []
        for metric in metrics where !names.contains(metric.name) { names.append(metric.name) }
        for name in names {
            let samples = metrics.filter { $0.name == name }
            text += "# HELP \(name) \(escaped(samples[0].help))\n# TYPE \(name) \(samples[0].type)\n"
            for sample in samples { text += "\(name)\(labels(sample)) \(sample.value)\n" }
        }
        return text
    }

    private static func labels(_ metric: Metric) -> String {
        guard !metric.labels.isEmpty else { return "" }
        let labels = metric.labels.map { "\($0.name)=\"\(escaped($0.value, also: "\""))\"" }
        return "{\(labels.joined(separator: ","))}"
    }

    /// Backslashes and ends of lines as `\\` and `\n`; `mark` behind a backslash, which only labels want.
    private static func escaped(_ text: String, also mark: Unicode.Scalar? = nil) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            if scalar == "\\" || scalar == "\n" || scalar == mark { escaped += "\\" }
            escaped += scalar == "\n" ? "n" : String(scalar)
        }
        return escaped
    }
}
