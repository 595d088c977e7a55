import Domain

/// What every upstream provider needs.
package struct CloudSettings: Sendable {
    package var code: String
    package var apiKey: SecretSource
    package var url: String  // Where its API is, without a slash at the end.
    package var families: Set<String>  // The only ones to offer; empty: all that the catalog knows.
    package var deadline: Seconds  // A pod that does not answer within it is given up.

    package init(
        code: String, apiKey: SecretSource, url: String, families: Set<String> = [], deadline: Seconds
    ) {
        self.code = code
        self.apiKey = apiKey
        self.url = url
        self.families = families
        self.deadline = deadline
    }
}

package struct RunPodSettings: Sendable {
    package static let url = "https://api.runpod.io"
    package static let deadline = Seconds(20 * 60)

    package enum Tier: String, Sendable, CaseIterable { case secure = "SECURE", community = "COMMUNITY" }

    package var cloud: CloudSettings
    package var tiers: [Tier]
    package var gpuCounts: [Int]
    package var dataCenters: Set<String>  // The only ones; empty: all.
    package var diskGB: Int
    package var minCudaVersion: String?  // `12.8`
    package var overridesEntrypoint: Bool  // Our start script takes the place of the image's entry point.

    package init(
        cloud: CloudSettings, tiers: [Tier] = [.secure], gpuCounts: [Int] = [1, 2, 4, 8],
        dataCenters: Set<String> = [], diskGB: Int = 40, minCudaVersion: String? = "12.8",
        overridesEntrypoint: Bool = true
    ) {
        self.cloud = cloud
        self.tiers = tiers
        self.gpuCounts = gpuCounts
        self.dataCenters = dataCenters
        self.diskGB = diskGB
        self.minCudaVersion = minCudaVersion
        self.overridesEntrypoint = overridesEntrypoint
    }
}

package struct VastSettings: Sendable {
    package static let url = "https://console.vast.ai"
    package static let deadline = Seconds(20 * 60)

    package var cloud: CloudSettings
    package var diskGB: Int
    package var minReliabilityPercent: Int
    package var countries: Set<String>  // ISO 3166; empty: all.
    package var minDays: Int  // For how long a host has to promise the machine.
    package var minCudaVersion: String?
    package var verifiedOnly: Bool
    package var mostOffers: Int  // The cheapest of those that fit.

    package init(
        cloud: CloudSettings, diskGB: Int = 40, minReliabilityPercent: Int = 98,
        countries: Set<String> = [], minDays: Int = 3, minCudaVersion: String? = "12.8",
        verifiedOnly: Bool = true, mostOffers: Int = 400
    ) {
        self.cloud = cloud
        self.diskGB = diskGB
        self.minReliabilityPercent = minReliabilityPercent
        self.countries = countries
        self.minDays = minDays
        self.minCudaVersion = minCudaVersion
        self.verifiedOnly = verifiedOnly
        self.mostOffers = mostOffers
    }
}

package struct LambdaSettings: Sendable {
    package static let url = "https://cloud.lambda.ai"
    package static let deadline = Seconds(30 * 60)

    package var cloud: CloudSettings
    package var sshKeyName: String  // Of a key of the operator's on the account; Lambda wants one.
    package var imageFamily: String?
    package var regions: Set<String>  // Empty: all.

    package init(
        cloud: CloudSettings, sshKeyName: String, imageFamily: String? = nil, regions: Set<String> = []
    ) {
        self.cloud = cloud
        self.sshKeyName = sshKeyName
        self.imageFamily = imageFamily
        self.regions = regions
    }
}

package struct ShadeformSettings: Sendable {
    package static let url = "https://api.shadeform.ai"
    package static let deadline = Seconds(25 * 60)

    package var cloud: CloudSettings
    package var sshKeyID: String  // Of a key of the operator's on the account.
    package var clouds: Set<String>  // The only clouds behind it; empty: all.
    package var os: String?  // Preferred beginning of the system's name, `ubuntu22.04`.

    package init(
        cloud: CloudSettings, sshKeyID: String, clouds: Set<String> = [], os: String? = nil
    ) {
        self.cloud = cloud
        self.sshKeyID = sshKeyID
        self.clouds = clouds
        self.os = os
    }
}
