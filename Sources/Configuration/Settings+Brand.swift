import Domain
import Foundation

extension Settings {
    /// How the outlet shows itself on its pages; `scripts/build-site --brand` writes it into them.
    package struct Brand: Hashable, Sendable {
        package var name = "GPU Outlet"
        package var color: String?  // `#0b6350`; nil is the usual green.
        package var contact: String?  // An e-mail address, or a page.
    }
}

extension YAMLSection {
    func brand(_ key: String) -> Settings.Brand {
        let section = section(key, keys: ["name", "color", "contact"])
        return Settings.Brand(
            name: section.text(
                "name", default: Settings.Brand().name, rule: "1 to 40 characters, none a control character"
            ) {
                (1...40).contains($0.count)
                    && !$0.unicodeScalars.contains { $0.properties.generalCategory == .control }
            },
            color: section.optionalText(
                "color", rule: "# and six hexadecimal digits, in quotes, such as \"#0b6350\""
            ) {
                $0.first == "#" && $0.count == 7 && $0.dropFirst().allSatisfy(\.isHexDigit)
                    && $0.utf8.count == 7
            },
            contact: section.optionalText("contact", rule: "an e-mail address, or an https:// address") {
                EmailAddress($0) != nil
                    || URL(string: $0).map { $0.scheme == "https" && $0.host?.isEmpty == false } ?? false
            })
    }
}
