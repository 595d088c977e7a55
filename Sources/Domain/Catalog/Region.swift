/// What a renter may ask for as a region: a country, one of three groups of countries, or a region by its name.
package enum Region {
    /// Whether a listing in `region` of the country `code` is in the wanted region. Case does not matter.
    /// `wanted`: an ISO 3166 country of two letters, `us`, `eu` (the European Economic Area), `apac`, or a region's name.
    package static func matches(_ wanted: String, region: String, code: String) -> Bool {
        let (wanted, code) = (wanted.uppercased(), code.uppercased())
        return switch wanted {
        case "EU": europe.contains(code) || region.uppercased() == wanted
        case "APAC": asiaPacific.contains(code) || region.uppercased() == wanted
        default: code == wanted || region.uppercased() == wanted
        }
    }

    /// Where the GDPR is law as it stands: the European Union with Iceland, Liechtenstein and Norway.
    private static let europe: Set<String> = [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT",
        "LI", "LT",
        "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
    ]

    private static let asiaPacific: Set<String> = [
        "AU", "BD", "BN", "CN", "HK", "ID", "IN", "JP", "KH", "KR", "LA", "LK", "MM", "MN", "MO", "MY", "NP",
        "NZ", "PG",
        "PH", "PK", "SG", "TH", "TW", "VN",
    ]
}
