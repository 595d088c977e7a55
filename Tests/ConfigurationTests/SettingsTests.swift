import Domain
import Foundation
import Testing

@testable import Configuration

private func settings(_ yaml: String) throws -> Settings {
    try Settings.parse(yaml, path: "outlet.yaml", folder: "/srv/outlet")
}

private let smallest = """
    site: lab
    publicUrl: https://gpu.example.org
    providers: []

    """

/// One provider whose further lines are `lines`, then one offer with `offer`.
private func localProvider(_ lines: String = "", offer: String = "") -> String {
    """
    site: lab
    publicUrl: https://gpu.example.org
    providers:
      - code: local
        kind: local
    \(lines)
        offers:
          - {family: rtx-4090, region: US-East, regionCode: US, pricePerHourCents: 65, slots: 4\(offer)}
    """
}

@Test func `the smallest file gets every default`() throws {
    let settings = try settings(smallest)
    #expect(settings.dataDirectory == "/srv/outlet")
    #expect(settings.billing.holdSeconds == .hour)
    #expect(settings.api.threads == 16)
    #expect(settings.limits.requestsPerMinute == 100 && settings.limits.requestsPerHour == 1_000)
    #expect(settings.allowedOrigins.isEmpty && settings.providers.isEmpty)
}

@Test func `the file that init writes is valid and sells all six families`() throws {
    let settings = try settings(Settings.defaultYAML(port: 8_080, site: "demo"))
    #expect(settings.publicURL == "http://127.0.0.1:8080")
    guard case .local(let local) = try #require(settings.providers.first) else { return }
    let families: Set = ["rtx-4090", "rtx-5090", "a100-80gb", "h100-80gb", "b200", "b300"]
    #expect(Set(local.offers.map(\.family)) == families)
    #expect(local.firstPort == 22_000 && local.lastPort == 22_999 && local.firstUID == 700_000)
}

@Test func `a known family brings its model, memory and interconnect`() throws {
    guard case .local(let local) = try settings(localProvider()).providers.first else { return }
    let offer = try #require(local.offers.first)
    #expect(
        offer.model == "RTX_4090" && offer.vramGB == 24 && offer.interconnect == "PCIe" && offer.gpuCount == 1
    )
    #expect(offer.price == HourlyRate(centsPerHour: 65) && offer.slots == 4)
}

@Test func `a written value goes before the family's`() throws {
    let yaml = localProvider(offer: ", model: RTX_4090_D, vramGb: 48, gpuCount: 8, interconnect: NVLink")
    guard case .local(let local) = try settings(yaml).providers.first else { return }
    let offer = try #require(local.offers.first)
    #expect(
        offer.model == "RTX_4090_D" && offer.vramGB == 48 && offer.gpuCount == 8
            && offer.interconnect == "NVLink")
}

@Test(arguments: [
    ("data: var", "/srv/outlet/var"), ("data: ../x", "/srv/x"), ("data: /var/lib/outlet", "/var/lib/outlet"),
])
func `a relative path starts from the folder of the file`(line: String, directory: String) throws {
    #expect(try settings(smallest + line).dataDirectory == directory)
}

@Test(arguments: [
    ("", true, "/srv/outlet/var/backup", 48, 35),
    ("backup: {}", true, "/srv/outlet/var/backup", 48, 35),
    ("backup: {enabled: off}", false, "/srv/outlet/var/backup", 48, 35),
    ("backup: {enabled: 'on', folder: ../copies, hourly: 1, daily: 0}", true, "/srv/outlet/copies", 1, 0),
    ("backup: {folder: /mnt/nas/outlet/, hourly: 10000}", true, "/mnt/nas/outlet", 10_000, 35),
])
func `backups are kept unless the file says otherwise, below the data folder or where it says`(
    lines: String, isOn: Bool, folder: String, hourly: Int, daily: Int
) throws {
    let backup = try settings(smallest + "data: var\n" + lines).backup
    #expect(backup.isOn == isOn && backup.directory == folder)
    #expect(backup.hourly == hourly && backup.daily == daily)
}

@Test(arguments: [
    ("HTTPS://GPU.Example.org/", "https://gpu.example.org"),
    ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ("https://gpu.example.org:443", "https://gpu.example.org"), ("http://[::1]:8080", "http://[::1]:8080"),
])
func `an address is kept as browsers send an origin`(written: String, origin: String) throws {
    let yaml =
        smallest.replacingOccurrences(of: "https://gpu.example.org", with: written)
        + "origins: ['\(written)']"
    let settings = try settings(yaml)
    #expect(settings.publicURL == origin)
    #expect(settings.allowedOrigins == [origin])
}

@Test(arguments: [
    ("sites: lab", 5, "sites", "no such setting"),
    ("billing: {holdSeconds: 0}", 5, "billing.holdSeconds", "from 1 to 86400 (found '0')"),
    ("billing: {holdSeconds: 86401}", 5, "billing.holdSeconds", "from 1 to 86400"),
    ("billing: {holdSeconds: '60'}", 5, "billing.holdSeconds", "a whole number"),
    ("billing: {hold: 60}", 5, "billing.hold", "no such setting; known here: holdSeconds"),
    ("billing: 60", 5, "billing", "must hold keys and values"),
    ("api: {threads: 65}", 5, "api.threads", "from 1 to 64"),
    ("limits:\n  requestsPerMinute: 1.5", 6, "limits.requestsPerMinute", "a whole number"),
    ("origins: https://a.example", 5, "origins", "must be a list"),
    ("origins: ['https://a.example/path']", 5, "origins[0]", "must be http:// or https://"),
    ("templates: [{id: My Lab}]", 5, "templates[0].id", "a-z, 0-9"),
    ("templates: [{id: a}, {id: a}]", 5, "templates[1].id", "taken"),
    ("templates: [{id: a, ports: [70000]}]", 5, "templates[0].ports[0]", "1 to 65535"),
    ("backup: {enabled: yes}", 5, "backup.enabled", "must be on or off"),
    ("backup: {enabled: true}", 5, "backup.enabled", "must be on or off"),
    ("backup: {folder: ''}", 5, "backup.folder", "a path without control characters"),
    ("backup: {folder: \"a\\nb\"}", 5, "backup.folder", "a path without control characters"),
    ("backup: {hourly: 0}", 5, "backup.hourly", "from 1 to 10000"),
    ("backup:\n  daily: -1", 6, "backup.daily", "from 0 to 10000"),
    ("backup: {daily: 1.5}", 5, "backup.daily", "a whole number"),
    (
        "backup: {weekly: 1}", 5, "backup.weekly",
        "no such setting; known here: enabled, folder, hourly, daily"
    ),
    ("brand: {name: ''}", 5, "brand.name", "1 to 40 characters"),
    ("brand: {name: \(String(repeating: "x", count: 41))}", 5, "brand.name", "1 to 40 characters"),
    ("brand: {color: green}", 5, "brand.color", "six hexadecimal digits"),
    ("brand: {color: '#12345g'}", 5, "brand.color", "six hexadecimal digits"),
    (
        "brand: {contact: 'http://help.example'}", 5, "brand.contact",
        "an e-mail address, or an https:// address"
    ),
    ("brand: {contact: 'javascript:alert(1)'}", 5, "brand.contact", "an e-mail address"),
    ("brand: {logo: a.png}", 5, "brand.logo", "no such setting; known here: name, color, contact"),
    ("backup: off", 5, "backup", "must hold keys and values"),
    ("data: /\(String(repeating: "x", count: 100))", 5, "data", "must be shorter"),
])
func `a broken rule is named with its line, key and rule`(yaml: String, line: Int, key: String, rule: String)
{
    expectProblem(smallest + "\n" + yaml, line: line, key: key, rule: rule)
}

@Test(arguments: [
    ("    ports: 22000", "", "ports", "first-last"),
    ("    ports: 22999-22000", "", "ports", "first-last"),
    ("    ports: 22000-22002", "", "ports", "at least as many as the slots"),
    ("    bindAddress: localhost", "", "bindAddress", "an IPv4 or IPv6 address"),
    ("    bindAddress: 0.0.0.0", "", "host", "what renters connect to"),
    ("    network: pasta", "", "network", "own (a network of its own) or host"),
    ("    firstUid: 0", "", "firstUid", "from 1000"),
    ("", ", gpuCount: 3", "offers[0].gpuCount", "1, 2, 4 or 8"),
    ("", ", gpus: 3", "offers[0].gpus", "no such setting"),
    ("", ", vramGb: 0", "offers[0].vramGb", "gigabytes"),
])
func `a provider's broken rule is named by its path`(lines: String, offer: String, key: String, rule: String)
{
    expectProblem(localProvider(lines, offer: offer), line: nil, key: "providers[0].\(key)", rule: rule)
}

@Test func `signing in elsewhere is what the file names`() throws {
    #expect(try settings(smallest).oauth == Settings.OAuth())
    let oauth = try settings(
        smallest + """
            oauth:
              google: {clientId: g, clientSecretFile: google.secret}
              github: {clientId: h, clientSecretEnv: GITHUB_SECRET}
              oidc:
                issuer: https://id.example.org/realms/lab
                clientId: o
                clientSecretFile: /run/oidc
                privateNetwork: true
                caFile: ca.pem
            """
    ).oauth
    #expect(oauth.google == .init(id: "g", secret: .file("/srv/outlet/google.secret")))
    #expect(oauth.gitHub?.url == "https://github.com" && oauth.gitHub?.isPrivate == false)
    #expect(oauth.gitHub?.client.secret == .environment("GITHUB_SECRET"))
    #expect(oauth.openID?.name == "Single sign-on" && oauth.openID?.isPrivate == true)
    #expect(oauth.openID?.caFile == "/srv/outlet/ca.pem")
}

@Test(arguments: [
    ("google: {clientId: g}", "google.clientSecretFile", "clientSecretEnv is missing"),
    ("google: {clientId: g, clientSecret: s}", "google.clientSecret", "no such setting"),
    ("google: {clientId: g, clientSecretFile: a, clientSecretEnv: B}", "google.clientSecretFile", "not both"),
    ("github: {clientId: '', clientSecretEnv: B}", "github.clientId", "1 to 255"),
    ("github: {clientId: g, clientSecretEnv: B, url: 'http://git.example.org'}", "github.url", "https://"),
    ("oidc: {clientId: g, clientSecretEnv: B}", "oidc.issuer", "is missing"),
    ("oidc: {clientId: g, clientSecretEnv: B, issuer: 'https://a/?b'}", "oidc.issuer", "without ?"),
    (
        "oidc: {clientId: g, clientSecretEnv: B, issuer: 'https://a', privateNetwork: yes}",
        "oidc.privateNetwork", "true"
    ),
    ("facebook: {}", "facebook", "no such setting; known here: google, github, oidc"),
])
func `a way to sign in elsewhere that is set up wrongly is refused`(line: String, key: String, rule: String) {
    expectProblem(smallest + "oauth:\n  \(line)", line: nil, key: "oauth.\(key)", rule: rule)
}

@Test func `payments are an account at Stripe, or a stand-in on this machine`() throws {
    #expect(try settings(smallest).stripe == nil)
    let stripe = try settings(
        smallest + """
            stripe:
              secretKeyFile: stripe.key
              webhookSecrets: [{secretFile: new.secret}, {secretEnv: OLD_SECRET}]
            """
    ).stripe
    #expect(stripe?.secretKey == .file("/srv/outlet/stripe.key"))
    #expect(stripe?.webhookSecrets == [.file("/srv/outlet/new.secret"), .environment("OLD_SECRET")])
    #expect(stripe?.apiBase == "https://api.stripe.com" && stripe?.publishableKey == nil)
}

@Test(arguments: [
    ("apiBase: http://192.0.2.1:80", "stripe.apiBase"),
    ("apiBase: https://stripe.example.org", "stripe.apiBase"),
    ("apiBase: http://127.0.0.1", "stripe.apiBase"), ("apiBase: http://127.0.0.1:9/v1", "stripe.apiBase"),
    ("publishableKey: sk_live_1", "stripe.publishableKey"), ("secretKey: sk_live_1", "stripe.secretKey"),
    ("secretKeyEnv: KEY", "stripe.secretKeyFile"),
])
func `an account at Stripe that cannot be one is refused`(line: String, key: String) {
    let section = "stripe:\n  secretKeyFile: k\n  webhookSecrets: [{secretFile: w}]\n  \(line)"
    #expect {
        try settings(smallest + section)
    } throws: {
        ($0 as? SettingsFault)?.problems.map(\.key) == [key]
    }
}

@Test func `the operator's templates follow the built-in ones, or take their place`() throws {
    let builtIn = BuiltInTemplates.all.map(\.id)
    #expect(try settings(smallest).templates == BuiltInTemplates.all)
    let own = "templates: [{id: lab, ports: [8888]}, {id: ubuntu-24-04, name: Ours}]"
    let templates = try settings(smallest + own).templates
    #expect(templates.map(\.id) == builtIn + ["lab"])
    #expect(templates.first { $0.id == "ubuntu-24-04" }?.name == "Ours")
    #expect(templates.last?.name == "lab" && templates.last?.ports == [8_888])
}

@Test func `an unknown family needs its model and memory`() {
    let yaml = localProvider().replacingOccurrences(of: "rtx-4090", with: "mi300x")
    expectProblem(yaml, line: 8, key: "providers[0].offers[0].model", rule: "is missing")
    expectProblem(yaml, line: 8, key: "providers[0].offers[0].vramGb", rule: "is missing")
}

@Test func `the same offer twice in one region is refused`() {
    let offer = "      - {family: rtx-4090, region: US-East, regionCode: US, pricePerHourCents: 70, slots: 1}"
    expectProblem(
        localProvider() + "\n" + offer, line: 9, key: "providers[0].offers[1].family", rule: "twice")
}

@Test func `all problems are told at once, by line`() {
    let fault = #expect(throws: SettingsFault.self) {
        try settings("site: Lab!\npublicUrl: ftp://x\napi: {threads: 0}\nunknown: 1")
    }
    #expect(fault?.problems.map(\.key) == ["site", "providers", "publicUrl", "api.threads", "unknown"])
}

@Test func `text that is no YAML is refused with its line`() {
    let fault = #expect(throws: SettingsFault.self) { try settings("site: lab\nproviders: [") }
    #expect(fault?.problems.first?.rule.contains("not YAML") == true)
}

@Test func `the same key twice is refused`() {
    let fault = #expect(throws: SettingsFault.self) { try settings(smallest + "site: other") }
    #expect(fault?.description.contains("site") == true)
}

@Test func `a missing file is told with what to do`() {
    let fault = #expect(throws: SettingsFault.self) { try Settings.load(path: "/nonexistent/outlet.yaml") }
    #expect(fault?.description.contains("outletctl init") == true)
}

private func expectProblem(_ yaml: String, line: Int?, key: String, rule: String) {
    let fault = #expect(throws: SettingsFault.self) { try settings(yaml) }
    let found = fault?.problems.contains {
        $0.key == key && $0.rule.contains(rule) && (line == nil || $0.line == line)
    }
    #expect(found == true, "\(fault.map(\.description) ?? "accepted")")
}
