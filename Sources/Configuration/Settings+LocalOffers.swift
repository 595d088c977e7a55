import Domain
import Yams

/// What an offer of a well-known family is, unless the file says otherwise.
private struct FamilyDefaults {
    let model: String
    let vramGB: Int
    let interconnect: String

    static let all: [String: FamilyDefaults] = [
        "rtx-4090": FamilyDefaults(model: "RTX_4090", vramGB: 24, interconnect: "PCIe"),
        "rtx-5090": FamilyDefaults(model: "RTX_5090", vramGB: 32, interconnect: "PCIe"),
        "a100-80gb": FamilyDefaults(model: "A100_SXM_80GB", vramGB: 80, interconnect: "NVLink"),
        "h100-80gb": FamilyDefaults(model: "H100_SXM_80GB", vramGB: 80, interconnect: "NVLink"),
        "b200": FamilyDefaults(model: "B200_SXM_180GB", vramGB: 180, interconnect: "NVLink"),
        "b300": FamilyDefaults(model: "B300_SXM_288GB", vramGB: 288, interconnect: "NVLink"),
    ]
}

extension YAMLSection {
    /// What the local provider sells. Two offers of the same thing in the same region would be one: refused.
    func localOffers(_ key: String) -> [LocalProviderSettings.Offer] {
        var seen: Set<[String]> = []
        return list(key, required: true).map { node, path in
            let section = YAMLSection(
                node, at: path, keys: LocalProviderSettings.Offer.keys, problems: problems)
            let offer = section.offer(slots: nil)
            if !seen.insert([offer.family, "\(offer.gpuCount)", offer.region]).inserted {
                section.refuse(
                    "family", "is offered twice with the same region and gpuCount; add the slots up instead")
            }
            return offer
        }
    }

    /// One thing that is sold here; `slots` is what stands for a missing number, nil: it must be there.
    func offer(slots: Int?) -> LocalProviderSettings.Offer {
        let family = text("family", default: nil, rule: "1 to 64 of a-z, 0-9 and '-'") {
            $0.isName(1...64, of: "abcdefghijklmnopqrstuvwxyz0123456789-")
        }
        let known = FamilyDefaults.all[family]
        let gpuCount = number("gpuCount", in: 1...8, default: 1)
        if ![1, 2, 4, 8].contains(gpuCount) { refuse("gpuCount", "must be 1, 2, 4 or 8") }
        let cents = number(
            "pricePerHourCents", in: Int(HourlyRate.range.lowerBound)...Int(HourlyRate.range.upperBound),
            default: nil,
            unit: "cents")
        return LocalProviderSettings.Offer(
            family: family,
            model: text("model", default: known?.model, rule: "1 to 64 of A-Z, 0-9 and '_', as H100_SXM_80GB")
            {
                $0.isName(1...64, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
            },
            vramGB: number("vramGb", in: 1...4_096, default: known?.vramGB, unit: "gigabytes"),
            gpuCount: gpuCount,
            region: text("region", default: nil, rule: "1 to 64 of letters, digits and '-', such as US-East")
            {
                (1...64).contains($0.count)
                    && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
            },
            regionCode: text(
                "regionCode", default: nil, rule: "a country of ISO 3166 in two letters, such as US"
            ) {
                $0.isName(2...2, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            },
            price: HourlyRate(centsPerHour: Int64(cents))!,  // The range is the rate's own.
            interconnect: optionalText("interconnect", rule: "a word such as NVLink or PCIe") {
                $0.isName(1...32, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-")
            } ?? known?.interconnect,
            slots: number("slots", in: 0...10_000, default: slots))
    }
}

extension LocalProviderSettings.Offer {
    static let keys = [
        "family", "model", "vramGb", "gpuCount", "region", "regionCode", "pricePerHourCents", "interconnect",
        "slots",
    ]
}
