import Foundation

/// Lines for people: columns as wide as their widest value, two spaces between, numbers to the right.
struct Table {
    enum Alignment { case left, right }

    private let columns: [(title: String, alignment: Alignment)]
    private var rows: [[String]] = []

    init(_ columns: (title: String, alignment: Alignment)...) { self.columns = columns }

    mutating func add(_ values: String...) {
        precondition(values.count == columns.count, "a row has a value for each column")
        rows.append(values.map(printable))
    }

    /// The lines, title first; `nothing` when there is no row.
    func text(nothing: String) -> String {
        guard !rows.isEmpty else { return nothing }
        let all = [columns.map { $0.title.uppercased() }] + rows
        let widths = columns.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let cells = columns.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return columns[column].alignment == .left ? row[column] + padding : padding + row[column]
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}

/// Names and values under each other.
func form(_ lines: [(String, String?)]) -> String {
    let width = lines.map(\.0.count).max() ?? 0
    return lines.map { name, value in
        "\(name)\(String(repeating: " ", count: width - name.count))  \(printable(value ?? "–"))"
    }.joined(separator: "\n")
}

/// Text from outside without what would move a terminal's cursor or change its colours.
func printable(_ text: String) -> String {
    String(
        String.UnicodeScalarView(
            text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
}
