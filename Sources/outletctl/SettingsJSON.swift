import Configuration

/// The settings under the names that they have in the file.
struct SettingsJSON: Encodable {
    struct Billing: Encodable {
        let holdSeconds: Int64
        let maxBurnPerHourCents, maxSpendPerMonthCents: Int64?
        let maxPods: Int?

        init(_ billing: Settings.Billing) {
            holdSeconds = billing.holdSeconds.count
            maxBurnPerHourCents = billing.limits.burnPerHour?.count
            maxSpendPerMonthCents = billing.limits.spendPerMonth?.count
            maxPods = billing.limits.pods
        }
    }
    /// Where the secrets are, never what they are.
    struct Stripe: Encodable {
        struct WebhookSecret: Encodable { let secretFile, secretEnv: String? }

        let secretKeyFile, secretKeyEnv: String?
        let webhookSecrets: [WebhookSecret]
        let publishableKey: String?
        let apiBase: String

        init(_ stripe: Settings.Stripe) {
            (secretKeyFile, secretKeyEnv) = stripe.secretKey.places
            webhookSecrets = stripe.webhookSecrets.map {
                WebhookSecret(secretFile: $0.places.file, secretEnv: $0.places.environment)
            }
            publishableKey = stripe.publishableKey
            apiBase = stripe.apiBase
        }
    }
    struct Brand: Encodable { let name: String; let color, contact: String? }
    struct API: Encodable { let threads: Int }
    struct Catalog: Encodable { let priceBandFactor: Int }
    struct Limits: Encodable {
        let requestsPerMinute, requestsPerHour: Int
        let codeGapSeconds: Int64
        let codesPerHour, codeTries, wrongCodesPerHour, checkoutsPerHour: Int
    }

    struct SignIn: Encodable {
        let signUp: String
        let domains: [String]
    }

    struct Mail: Encodable {
        let from: String
        let folder: String?
        let sendmail: [String]?
    }

    /// Where the secrets are, never what they are.
    struct Client: Encodable {
        let clientId: String
        let clientSecretFile, clientSecretEnv, name, issuer, url, caFile: String?
        let privateNetwork: Bool?
    }

    struct OAuth: Encodable { let google, github, oidc: Client? }

    struct Backup: Encodable {
        let enabled, folder: String
        let hourly, daily: Int
    }

    struct Template: Encodable {
        let id, name, description, image: String
        let ports: [Int]
        let bootScript: String
    }

    struct Provider: Encodable {
        let code, kind, network, bindAddress, host, ports: String
        let firstUid: Int
        let offers: [Offer]
    }

    struct Offer: Encodable {
        let family, model: String
        let vramGb, gpuCount: Int
        let region, regionCode: String
        let pricePerHourCents: Int64
        let interconnect: String?
        let slots: Int
    }

    let site: String
    let publicUrl: String
    let origins: [String]
    let data: String
    let brand: Brand
    let billing: Billing
    let stripe: Stripe?
    let api: API
    let limits: Limits
    let signIn: SignIn
    let mail: Mail?
    let oauth: OAuth
    let backup: Backup
    let catalog: Catalog
    let templates: [Template]
    let providers: [Entry]

    init(_ settings: Settings) {
        site = settings.site
        publicUrl = settings.publicURL
        origins = settings.allowedOrigins
        data = settings.dataDirectory
        billing = Billing(settings.billing)
        stripe = settings.stripe.map(Stripe.init)
        api = API(threads: settings.api.threads)
        limits = Limits(
            requestsPerMinute: settings.limits.requestsPerMinute,
            requestsPerHour: settings.limits.requestsPerHour,
            codeGapSeconds: settings.limits.codeGap.count, codesPerHour: settings.limits.codesPerHour,
            codeTries: settings.limits.codeTries, wrongCodesPerHour: settings.limits.wrongCodesPerHour,
            checkoutsPerHour: settings.limits.checkoutsPerHour)
        signIn = SignIn(settings.signIn.signUp)
        mail = settings.mail.map(Mail.init)
        oauth = OAuth(
            google: settings.oauth.google.map { Client($0) },
            github: settings.oauth.gitHub.map { Client($0.client, of: $0, url: $0.url) },
            oidc: settings.oauth.openID.map { Client($0.client, of: $0, name: $0.name, issuer: $0.url) })
        backup = Backup(
            enabled: settings.backup.isOn ? "on" : "off", folder: settings.backup.directory,
            hourly: settings.backup.hourly, daily: settings.backup.daily)
        brand = Brand(
            name: settings.brand.name, color: settings.brand.color, contact: settings.brand.contact)
        catalog = Catalog(priceBandFactor: settings.catalog.priceBandFactor)
        templates = settings.templates.map {
            Template(
                id: $0.id, name: $0.name, description: $0.description, image: $0.image, ports: $0.ports,
                bootScript: $0.bootScript)
        }
        providers = settings.providers.map { Entry($0, settings.terms(of: $0.code)) }
    }
}

extension SecretSource {
    /// One of the two, as the file has it.
    fileprivate var places: (file: String?, environment: String?) {
        switch self {
        case .file(let path): (path, nil)
        case .environment(let variable): (nil, variable)
        }
    }
}

extension SettingsJSON.SignIn {
    init(_ signUp: Settings.SignIn.SignUp) {
        switch signUp {
        case .open: self.init(signUp: "open", domains: [])
        case .domains(let domains): self.init(signUp: "domains", domains: domains.sorted())
        case .invitation: self.init(signUp: "invitation", domains: [])
        }
    }
}

extension SettingsJSON.Mail {
    init(_ mail: Settings.Mail) {
        let address = mail.sender.text
        let from = mail.senderName.isEmpty ? address : "\(mail.senderName) <\(address)>"
        switch mail.delivery {
        case .folder(let path): self.init(from: from, folder: path, sendmail: nil)
        case .sendmail(let command): self.init(from: from, folder: nil, sendmail: command)
        }
    }
}

extension SettingsJSON.Client {
    init(
        _ client: Settings.OAuth.Client, of provider: Settings.OAuth.Provider? = nil, name: String? = nil,
        issuer: String? = nil, url: String? = nil
    ) {
        (self.name, self.issuer, self.url) = (name, issuer, url)
        clientId = client.id
        (clientSecretFile, clientSecretEnv) = client.secret.places
        caFile = provider?.caFile
        privateNetwork = provider?.isPrivate
    }
}

extension SettingsJSON.Provider {
    init(_ local: LocalProviderSettings) {
        self.init(
            code: local.code, kind: "local", network: local.network.rawValue, bindAddress: local.bindAddress,
            host: local.host, ports: "\(local.firstPort)-\(local.lastPort)", firstUid: local.firstUID,
            offers: local.offers.map(SettingsJSON.Offer.init))
    }
}

extension SettingsJSON.Offer {
    init(_ offer: LocalProviderSettings.Offer) {
        self.init(
            family: offer.family, model: offer.model, vramGb: offer.vramGB, gpuCount: offer.gpuCount,
            region: offer.region, regionCode: offer.regionCode, pricePerHourCents: offer.price.centsPerHour,
            interconnect: offer.interconnect, slots: offer.slots)
    }
}
