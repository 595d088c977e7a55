/// The country of a place, from what a provider calls it.
package enum Country {
    /// An ISO 3166 country of two letters; nil where the text does not tell for certain.
    /// Reads `Sweden, SE`, `EU-RO-1`, `US-TX-3`, `us-east-1`, `Toronto, Canada`, `NORWAY-1`, `FIN-01`.
    package static func code(of place: String) -> String? {
        let upper = place.uppercased()
        if let known = regions[upper] { return known }
        let parts = upper.split(separator: ",").map { $0.trimming() }
        if let last = parts.last, parts.count > 1 {
            if codes.contains(last) { return last }
            if let named = names[last] { return named }
        }
        if let named = names[upper.trimming()] { return named }
        return code(ofWords: upper.split { !$0.isASCII || !($0.isLetter || $0.isNumber) }.map(String.init))
    }

    /// `EU-RO-1` has the country behind the continent, `US-TX-3` before everything; `TX` alone would be none.
    private static func code(ofWords words: [String]) -> String? {
        guard let first = words.first else { return nil }
        if continents.contains(first) {
            return words.dropFirst().first.flatMap { codes.contains($0) ? $0 : nil }
        }
        let whole = words.prefix { $0.allSatisfy(\.isLetter) }.joined(separator: " ")
        return names[whole] ?? names[first] ?? (codes.contains(first) ? first : nil)
    }

    private static let continents: Set = ["EU", "EUR", "AP", "APAC", "OC", "SEA", "AS", "AF", "ME", "LATAM"]

    /// Names of regions that say no country, with where they are.
    private static let regions = [
        "EUROPE-CENTRAL-1": "DE", "ASIA-SOUTH-1": "IN", "ASIA-NORTHEAST-1": "JP", "ASIA-NORTHEAST-2": "JP",
        "ME-WEST-1": "IL",
    ]

    private static let codes = Set(
        """
        AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
        CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
        FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
        JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
        MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
        PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
        TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
        """.split { $0 == " " || $0 == "\n" }.map(String.init))

    /// Where GPUs are sold, by English name or by what stands for it.
    private static let names = [
        "ARGENTINA": "AR", "AUSTRALIA": "AU", "AUSTRIA": "AT", "BELGIUM": "BE", "BRAZIL": "BR",
        "BULGARIA": "BG", "CANADA": "CA", "CHILE": "CL", "CHINA": "CN", "CROATIA": "HR", "CZECHIA": "CZ",
        "CZECH REPUBLIC": "CZ", "DENMARK": "DK", "ESTONIA": "EE", "FIN": "FI", "FINLAND": "FI",
        "FRANCE": "FR", "GERMANY": "DE", "GREECE": "GR", "HONG KONG": "HK", "HUNGARY": "HU", "ICE": "IS",
        "ICELAND": "IS", "INDIA": "IN", "INDONESIA": "ID", "IRELAND": "IE", "ISRAEL": "IL", "ITALY": "IT",
        "JAPAN": "JP", "KOREA": "KR", "LATVIA": "LV", "LITHUANIA": "LT", "LUXEMBOURG": "LU",
        "MALAYSIA": "MY", "MEXICO": "MX", "NETHERLANDS": "NL", "NEW ZEALAND": "NZ", "NORWAY": "NO",
        "PHILIPPINES": "PH", "POLAND": "PL", "PORTUGAL": "PT", "ROMANIA": "RO", "SAUDI ARABIA": "SA",
        "SERBIA": "RS", "SINGAPORE": "SG", "SLOVAKIA": "SK", "SLOVENIA": "SI", "SOUTH AFRICA": "ZA",
        "SOUTH KOREA": "KR", "SPAIN": "ES", "SWEDEN": "SE", "SWITZERLAND": "CH", "TAIWAN": "TW",
        "THAILAND": "TH", "TURKEY": "TR", "UK": "GB", "UKRAINE": "UA", "UNITED ARAB EMIRATES": "AE",
        "UNITED KINGDOM": "GB", "UNITED STATES": "US", "USA": "US", "VIETNAM": "VN",
    ]
}

extension StringProtocol {
    fileprivate func trimming() -> String {
        String(String(drop { $0 == " " }).reversed().drop { $0 == " " }.reversed())
    }
}
