import Configuration

extension SettingsJSON {
    /// One entry of `providers:`: the settings of its kind, and what every kind has.
    struct Entry: Encodable {
        let provider: AnyProvider
        let terms: Terms

        init(_ provider: ProviderSettings, _ terms: ProviderTerms) {
            self.provider = AnyProvider(provider)
            self.terms = Terms(terms)
        }

        func encode(to encoder: any Encoder) throws {
            try provider.encode(to: encoder)
            try terms.encode(to: encoder)
        }
    }

    /// What the operator adds to its prices, and how long their money has to last there.
    struct Terms: Encodable {
        let markupBasisPoints: Int
        let floorCents, pauseBelowRunwayHours: Int64

        init(_ terms: ProviderTerms) {
            markupBasisPoints = terms.markup.basisPoints
            floorCents = terms.markup.floor.count
            pauseBelowRunwayHours = terms.minimumRunway.count / 3_600
        }
    }

    enum AnyProvider: Encodable {
        case local(Provider)
        case docker(Docker)
        case cloud(Cloud)

        init(_ settings: ProviderSettings) {
            self =
                switch settings {
                case .local(let local): .local(Provider(local))
                case .docker(let docker): .docker(Docker(docker))
                case .runPod(let settings): .cloud(Cloud(settings))
                case .vast(let settings): .cloud(Cloud(settings))
                case .lambda(let settings): .cloud(Cloud(settings))
                case .shadeform(let settings): .cloud(Cloud(settings))
                }
        }

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .local(let provider): try provider.encode(to: encoder)
            case .docker(let provider): try provider.encode(to: encoder)
            case .cloud(let provider): try provider.encode(to: encoder)
            }
        }
    }

    /// An upstream provider: where its key is, never the key.
    struct Cloud: Encodable {
        let code, kind, url: String
        let apiKeyFile, apiKeyEnv: String?
        let families: [String]
        let deadlineMinutes: Int64
        var tiers, dataCenters, countries, regions, clouds: [String]?
        var gpuCounts: [Int]?
        var diskGb, minReliabilityPercent, minDays, mostOffers: Int?
        var minCudaVersion, sshKeyName, sshKeyId, imageFamily, os: String?
        var overridesEntrypoint, verifiedOnly: Bool?

        private init(_ kind: String, _ cloud: CloudSettings) {
            self.kind = kind
            code = cloud.code
            url = cloud.url
            switch cloud.apiKey {
            case .file(let path): (apiKeyFile, apiKeyEnv) = (path, nil)
            case .environment(let variable): (apiKeyFile, apiKeyEnv) = (nil, variable)
            }
            families = cloud.families.sorted()
            deadlineMinutes = cloud.deadline.count / 60
        }

        init(_ settings: RunPodSettings) {
            self.init("runpod", settings.cloud)
            tiers = settings.tiers.map(\.rawValue)
            gpuCounts = settings.gpuCounts
            dataCenters = settings.dataCenters.sorted()
            diskGb = settings.diskGB
            minCudaVersion = settings.minCudaVersion ?? "none"
            overridesEntrypoint = settings.overridesEntrypoint
        }

        init(_ settings: VastSettings) {
            self.init("vast", settings.cloud)
            diskGb = settings.diskGB
            minReliabilityPercent = settings.minReliabilityPercent
            countries = settings.countries.sorted()
            minDays = settings.minDays
            minCudaVersion = settings.minCudaVersion ?? "none"
            verifiedOnly = settings.verifiedOnly
            mostOffers = settings.mostOffers
        }

        init(_ settings: LambdaSettings) {
            self.init("lambda", settings.cloud)
            sshKeyName = settings.sshKeyName
            imageFamily = settings.imageFamily
            regions = settings.regions.sorted()
        }

        init(_ settings: ShadeformSettings) {
            self.init("shadeform", settings.cloud)
            sshKeyId = settings.sshKeyID
            clouds = settings.clouds.sorted()
            os = settings.os
        }
    }
}
