import Domain
import Foundation
import Yams

/// The entries of upstream providers. Their keys are kept elsewhere: in files or in the meter's environment.
extension YAMLSection {
    private static let cloudKeys =
        ["code", "kind", "url", "families", "deadlineMinutes"] + secretKeys("apiKey")

    static let runPodKeys =
        cloudKeys + ["tiers", "gpuCounts", "dataCenters", "diskGb", "minCudaVersion", "overridesEntrypoint"]
    static let vastKeys =
        cloudKeys + [
            "diskGb", "minReliabilityPercent", "countries", "minDays", "minCudaVersion", "verifiedOnly",
            "mostOffers",
        ]
    static let lambdaKeys = cloudKeys + ["sshKeyName", "imageFamily", "regions"]
    static let shadeformKeys = cloudKeys + ["sshKeyId", "clouds", "os"]

    func runPod(folder: String) -> RunPodSettings {
        let tiers = words("tiers", rule: "SECURE or COMMUNITY") { RunPodSettings.Tier(rawValue: $0) != nil }
        let counts = words("gpuCounts", rule: "1, 2, 4 or 8") { ["1", "2", "4", "8"].contains($0) }
        return RunPodSettings(
            cloud: cloud(url: RunPodSettings.url, deadline: RunPodSettings.deadline, folder: folder),
            tiers: tiers.isEmpty ? [.secure] : tiers.compactMap(RunPodSettings.Tier.init),
            gpuCounts: counts.isEmpty ? [1, 2, 4, 8] : counts.compactMap { Int($0) },
            dataCenters: Set(words("dataCenters", rule: "a data centre, such as EU-RO-1", where: \.isWord)),
            diskGB: number("diskGb", in: 10...2_000, default: 40, unit: "gigabytes"),
            minCudaVersion: version("minCudaVersion", default: "12.8"),
            overridesEntrypoint: flag("overridesEntrypoint", default: true))
    }

    func vast(folder: String) -> VastSettings {
        VastSettings(
            cloud: cloud(url: VastSettings.url, deadline: VastSettings.deadline, folder: folder),
            diskGB: number("diskGb", in: 8...2_000, default: 40, unit: "gigabytes"),
            minReliabilityPercent: number("minReliabilityPercent", in: 0...100, default: 98),
            countries: Set(
                words("countries", rule: "a country of ISO 3166 in two letters, such as US") {
                    $0.isName(2...2, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
                }),
            minDays: number("minDays", in: 0...365, default: 3, unit: "days"),
            minCudaVersion: version("minCudaVersion", default: "12.8"),
            verifiedOnly: flag("verifiedOnly", default: true),
            mostOffers: number("mostOffers", in: 1...3_000, default: 400))
    }

    func lambda(folder: String) -> LambdaSettings {
        LambdaSettings(
            cloud: cloud(url: LambdaSettings.url, deadline: LambdaSettings.deadline, folder: folder),
            sshKeyName: text(
                "sshKeyName", default: nil, rule: "the name of an SSH key of yours on the Lambda account"
            ) { (1...64).contains($0.count) && $0.isPrintable },
            imageFamily: optionalText("imageFamily", rule: "the name of an image family", where: \.isWord),
            regions: Set(words("regions", rule: "a region, such as us-west-3", where: \.isWord)))
    }

    func shadeform(folder: String) -> ShadeformSettings {
        ShadeformSettings(
            cloud: cloud(url: ShadeformSettings.url, deadline: ShadeformSettings.deadline, folder: folder),
            sshKeyID: text(
                "sshKeyId", default: nil, rule: "the id of an SSH key of yours on the Shadeform account",
                where: \.isWord),
            clouds: Set(words("clouds", rule: "a cloud, such as hyperstack", where: \.isWord)),
            os: optionalText(
                "os", rule: "the beginning of a system's name, such as ubuntu22.04", where: \.isWord))
    }

    private func cloud(url usual: String, deadline: Seconds, folder: String) -> CloudSettings {
        let url = has("url") ? origin("url") : usual
        if url.hasPrefix("http://"), !url.isOfThisMachine {
            refuse("url", "must be https, but for this machine itself: the key goes there")
        }
        return CloudSettings(
            code: providerCode(), apiKey: secret("apiKey", folder: folder), url: url,
            families: Set(
                words("families", rule: "a family, such as h100-80gb") {
                    $0.isName(1...64, of: "abcdefghijklmnopqrstuvwxyz0123456789-")
                }),
            deadline: Seconds(
                60
                    * Int64(
                        number(
                            "deadlineMinutes", in: 1...120, default: Int(deadline.count / 60), unit: "minutes"
                        ))))
    }

    private func words(_ key: String, rule: String, where isAllowed: (String) -> Bool) -> [String] {
        list(key).compactMap { node, path in
            guard let word = node.scalar?.string, isAllowed(word) else {
                problems.add("must be \(rule)", at: path, line: node.mark?.line)
                return nil
            }
            return word
        }
    }

    /// `none` asks for no version at all.
    private func version(_ key: String, default usual: String) -> String? {
        let text = text(key, default: usual, rule: "a version such as 12.8 in quotes, or none") { text in
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            return text == "none"
                || parts.count == 2
                    && parts.allSatisfy { (1...3).contains($0.count) && $0.allSatisfy(\.isASCIIDigit) }
        }
        return text == "none" ? nil : text
    }
}

extension String {
    /// Of an origin: `127.example.org` is somebody's name.
    fileprivate var isOfThisMachine: Bool {
        let host = dropFirst("http://".count).prefix { $0 != ":" }
        return host == "localhost" || host.hasPrefix("127.") && String(host).isAddress
    }

    fileprivate var isWord: Bool {
        isName(1...128, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
