import Domain

/// The one configuration of an outlet, as read from its YAML file. Paths are absolute.
package struct Settings: Sendable {
    package var site: String  // Names this outlet in labels at providers: 1 to 16 of a-z and 0-9.
    package var publicURL: String  // `https://gpu.example.org`, without a slash at the end.
    package var allowedOrigins: [String]  // Further origins that may write with a cookie.
    package var dataDirectory: String
    package var billing: Billing
    package var stripe: Stripe?  // Nil: this outlet takes no cards.
    package var api: API
    package var limits: Limits
    package var signIn: SignIn
    package var mail: Mail?  // Nil: this outlet sends none, so it offers no codes by mail.
    package var oauth: OAuth
    package var backup: Backup
    package var templates: [Template]  // Built-in ones, then the operator's.
    package var providers: [ProviderSettings]
    package var brand = Brand()
    package var catalog = Catalog()
    package var terms: [String: ProviderTerms] = [:]  // By the provider's code.

    package struct Billing: Sendable {
        package var holdSeconds: Seconds  // Reserved at launch; 3600 unless said otherwise.
        package var limits: SpendingLimits  // Of each wallet, unless the operator says otherwise for one.

        package init(holdSeconds: Seconds = .hour, limits: SpendingLimits = SpendingLimits()) {
            self.holdSeconds = holdSeconds
            self.limits = limits
        }
    }

    package struct API: Sendable {
        package var threads: Int  // 1 to 64
        package init(threads: Int = 16) { self.threads = threads }
    }

    package struct Limits: Sendable {
        package var requestsPerMinute: Int
        package var requestsPerHour: Int
        package var codeGap: Seconds  // Between two codes for one e-mail address.
        package var codesPerHour: Int  // Asked for from one client address.
        package var codeTries: Int  // Before a code is spent.
        package var wrongCodesPerHour: Int  // For one e-mail address, and from one client address.
        package var checkoutsPerHour: Int  // Top-ups that one account may begin.

        package init(
            requestsPerMinute: Int = 100, requestsPerHour: Int = 1_000, codeGap: Seconds = Seconds(30),
            codesPerHour: Int = 10, codeTries: Int = 5, wrongCodesPerHour: Int = 20,
            checkoutsPerHour: Int = 10
        ) {
            self.requestsPerMinute = requestsPerMinute
            self.requestsPerHour = requestsPerHour
            self.codeGap = codeGap
            self.codesPerHour = codesPerHour
            self.codeTries = codeTries
            self.wrongCodesPerHour = wrongCodesPerHour
            self.checkoutsPerHour = checkoutsPerHour
        }
    }

    package struct Backup: Sendable {
        package var isOn: Bool
        package var directory: String
        package var hourly: Int  // How many of the newest snapshots are kept.
        package var daily: Int  // And of how many days the last one.

        package init(isOn: Bool, directory: String, hourly: Int = 48, daily: Int = 35) {
            self.isOn = isOn
            self.directory = directory
            self.hourly = hourly
            self.daily = daily
        }
    }

    package init(
        site: String, publicURL: String, allowedOrigins: [String] = [], dataDirectory: String,
        billing: Billing = Billing(), stripe: Stripe? = nil, api: API = API(), limits: Limits = Limits(),
        signIn: SignIn = SignIn(), mail: Mail? = nil, oauth: OAuth = OAuth(), backup: Backup? = nil,
        templates: [Template],
        providers: [ProviderSettings]
    ) {
        self.site = site
        self.publicURL = publicURL
        self.allowedOrigins = allowedOrigins
        self.dataDirectory = dataDirectory
        self.billing = billing
        self.stripe = stripe
        self.api = api
        self.limits = limits
        self.signIn = signIn
        self.mail = mail
        self.oauth = oauth
        self.backup = backup ?? Backup(isOn: false, directory: dataDirectory + "/backup")
        self.templates = templates
        self.providers = providers
    }

    package var databasePath: String { dataDirectory + "/outlet.db" }
    package var ephemeralPath: String { dataDirectory + "/ephemeral.db" }
    package var runDirectory: String { dataDirectory + "/run" }
    package var apiSocketPath: String { runDirectory + "/api.sock" }
    package var bellPath: String { runDirectory + "/meter.bell" }
    package var meterLockPath: String { runDirectory + "/meter.lock" }
    /// There while a process has met a fault of the storage that nobody has looked into yet.
    package var alarmPath: String { dataDirectory + "/storage.alarm" }
    package var secretKeyPath: String { dataDirectory + "/secret.key" }
    package var podsDirectory: String { dataDirectory + "/pods" }
}

/// One entry of `providers:`. Each kind has its own settings.
package enum ProviderSettings: Sendable {
    case local(LocalProviderSettings)
    case runPod(RunPodSettings)
    case vast(VastSettings)
    case lambda(LambdaSettings)
    case shadeform(ShadeformSettings)
    case docker(DockerProviderSettings)

    package var code: String {
        switch self {
        case .local(let settings): settings.code
        case .docker(let settings): settings.code
        case .runPod, .vast, .lambda, .shadeform: cloud!.code
        }
    }

    /// What upstream providers have in common; nil for those that are here.
    package var cloud: CloudSettings? {
        switch self {
        case .local, .docker: nil
        case .runPod(let settings): settings.cloud
        case .vast(let settings): settings.cloud
        case .lambda(let settings): settings.cloud
        case .shadeform(let settings): settings.cloud
        }
    }

    /// From launch to SSH as a rule, from experience with each kind.
    package var estimatedProvisionTime: Seconds {
        switch self {
        case .local: Seconds(2)
        case .docker: Seconds(10)
        case .runPod: Seconds(120)
        case .vast: Seconds(180)
        case .lambda: Seconds(300)
        case .shadeform: Seconds(420)
        }
    }
}

/// The embedded provider: pods on the outlet's own machine.
package struct LocalProviderSettings: Sendable {
    package enum Network: String, Sendable, CaseIterable { case own, host }

    package struct Offer: Hashable, Sendable {
        package var family: String
        package var model: String
        package var vramGB: Int
        package var gpuCount: Int  // 1, 2, 4 or 8
        package var region: String
        package var regionCode: String
        package var price: HourlyRate
        package var interconnect: String?
        package var slots: Int  // How many pods at once.

        package init(
            family: String, model: String, vramGB: Int, gpuCount: Int, region: String, regionCode: String,
            price: HourlyRate, interconnect: String?, slots: Int
        ) {
            self.family = family
            self.model = model
            self.vramGB = vramGB
            self.gpuCount = gpuCount
            self.region = region
            self.regionCode = regionCode
            self.price = price
            self.interconnect = interconnect
            self.slots = slots
        }
    }

    package var code: String
    package var network: Network
    package var bindAddress: String  // Where pods' SSH ports listen; 127.0.0.1 unless said otherwise.
    package var host: String  // What renters connect to; the bind address unless said otherwise.
    package var firstPort: Int  // Pods take free ports in firstPort...lastPort.
    package var lastPort: Int
    package var firstUID: Int  // Started by root: one uid for each pod, from here on.
    package var offers: [Offer]

    package init(
        code: String, network: Network = .own, bindAddress: String = "127.0.0.1", host: String = "127.0.0.1",
        firstPort: Int = 22_000, lastPort: Int = 22_999, firstUID: Int = 700_000, offers: [Offer]
    ) {
        self.code = code
        self.network = network
        self.bindAddress = bindAddress
        self.host = host
        self.firstPort = firstPort
        self.lastPort = lastPort
        self.firstUID = firstUID
        self.offers = offers
    }
}
