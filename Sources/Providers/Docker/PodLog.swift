/// A pod's log as its renter may see it, also where others look over their shoulder.
enum PodLog {
    static let longest = 64 * 1_024

    /// The end of `text` from a line's start, with values of the renter's variables replaced by their names.
    static func shown(_ text: String, of container: ContainerAnswer) -> String {
        let names = Set(PodTags(container.Config?.Labels)?.variables ?? [])
        let secrets = (container.Config?.Env ?? []).compactMap { line -> (name: String, value: String)? in
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            // A shorter one stands everywhere, and hides nothing.
            guard parts.count == 2, names.contains(String(parts[0])), parts[1].utf8.count >= 6 else {
                return nil
            }
            return (String(parts[0]), String(parts[1]))
        }
        // The longest first: one may be part of another.
        let clean = secrets.sorted { $0.value.utf8.count > $1.value.utf8.count }.reduce(text) {
            $0.replacing($1.value, with: "[\($1.name)]")
        }
        guard clean.utf8.count > longest else { return clean }
        let tail = Array(clean.utf8.suffix(longest))
        let start = tail.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return String(decoding: tail[start...], as: UTF8.self)
    }
}
