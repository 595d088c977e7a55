import Domain
import Glibc
import Yams

extension YAMLSection {
    /// The entries of `providers:`. What else an entry may hold depends on its kind.
    func providers(_ key: String, folder: String) -> [ProviderSettings] {
        var seen: Set<String> = []
        return list(key, required: true).compactMap { entry, path in
            let node = entry.without(ProviderTerms.keys)
            let kind = node.mapping?["kind"]?.scalar?.string ?? ""
            guard let (keys, read) = Self.kinds[kind] else {
                let known = Self.kinds.keys.sorted().joined(separator: ", ")
                problems.add(
                    "must be one of \(known) (found '\(kind)')", at: "\(path).kind", line: node.mark?.line)
                return nil
            }
            let section = YAMLSection(node, at: path, keys: keys, problems: problems)
            let settings = read(section, folder)
            if !seen.insert(settings.code).inserted { section.refuse("code", "is taken by another provider") }
            return settings
        }
    }

    /// Every kind of provider: the keys of its entries, and how they are read. Relative paths start from a folder.
    private typealias Kind = (keys: [String], read: @Sendable (YAMLSection, String) -> ProviderSettings)

    private static let kinds: [String: Kind] = [
        "local": (localKeys, { section, _ in .local(section.localProvider()) }),
        "docker": (dockerKeys, { .docker($0.dockerProvider(folder: $1)) }),
        "runpod": (runPodKeys, { .runPod($0.runPod(folder: $1)) }),
        "vast": (vastKeys, { .vast($0.vast(folder: $1)) }),
        "lambda": (lambdaKeys, { .lambda($0.lambda(folder: $1)) }),
        "shadeform": (shadeformKeys, { .shadeform($0.shadeform(folder: $1)) }),
    ]

    func providerCode() -> String {
        text("code", default: nil, rule: "1 to 32 of a-z, 0-9 and '-'") {
            $0.isName(1...32, of: "abcdefghijklmnopqrstuvwxyz0123456789-")
        }
    }

    private static let localKeys = [
        "code", "kind", "network", "bindAddress", "host", "ports", "firstUid", "offers",
    ]

    private func localProvider() -> LocalProviderSettings {
        let code = providerCode()
        let network = text("network", default: "own", rule: "own (a network of its own) or host") {
            LocalProviderSettings.Network(rawValue: $0) != nil
        }
        let address = text("bindAddress", default: "127.0.0.1", rule: "an IPv4 or IPv6 address") {
            $0.isAddress
        }
        let everywhere = ["0.0.0.0", "::"].contains(address)
        if everywhere && !has("host") {
            refuse("host", "is missing; bindAddress means every address, so say what renters connect to")
        }
        let host = hostName("host", default: address)
        let (first, last) = portRange("ports", default: "22000-22999")
        let settings = LocalProviderSettings(
            code: code, network: LocalProviderSettings.Network(rawValue: network) ?? .own,
            bindAddress: address,
            host: host, firstPort: first, lastPort: last,
            firstUID: number("firstUid", in: 1_000...2_000_000_000, default: 700_000),
            offers: localOffers("offers"))
        let slots = settings.offers.map(\.slots).reduce(0, +)
        if slots > last - first + 1 {
            refuse("ports", "must be at least as many as the slots of all offers, \(slots)")
        }
        return settings
    }

    /// What renters connect to.
    func hostName(_ key: String, default fallback: String?) -> String {
        text(key, default: fallback, rule: "a host name or address without spaces") {
            (1...253).contains($0.utf8.count) && $0.isPrintable && !$0.contains(" ") && !$0.hasPrefix("-")
        }
    }

    func portRange(_ key: String, default fallback: String) -> (first: Int, last: Int) {
        func parse(_ text: String) -> (Int, Int)? {
            let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard ends.count == 2, let first = ends[0], let last = ends[1], first >= 1_024, last <= 65_535,
                first <= last
            else { return nil }
            return (first, last)
        }
        let rule = "first-last, both from 1024 to 65535, such as 22000-22999"
        return parse(text(key, default: fallback, rule: rule) { parse($0) != nil })!
    }
}

extension String {
    /// One of its length and alphabet.
    func isName(_ length: ClosedRange<Int>, of alphabet: String) -> Bool {
        length.contains(count) && allSatisfy { alphabet.contains($0) }
    }

    /// Free of control characters, line ends included.
    var isPrintable: Bool { unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } }

    var isAddress: Bool {
        var buffer = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET, self, &buffer) == 1 || inet_pton(AF_INET6, self, &buffer) == 1
    }
}
