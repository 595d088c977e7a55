import Domain
import Foundation
import Testing

@testable import Configuration

private func providers(_ entries: String) throws -> [ProviderSettings] {
    let lines = entries.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }
    let yaml = "site: lab\npublicUrl: https://gpu.example.org\nproviders:\n" + lines.joined(separator: "\n")
    return try Settings.parse(yaml, path: "outlet.yaml", folder: "/srv/outlet").providers
}

private func problems(_ entry: String) -> [String] {
    do {
        _ = try providers(entry)
        return []
    } catch { return (error as? SettingsFault)?.problems.map { "\($0.key): \($0.rule)" } ?? ["\(error)"] }
}

private let runPod = "- code: runpod\n  kind: runpod\n  apiKeyFile: runpod.key\n"

@Test func `the samples of upstream providers are valid, and in a new file as comments`() throws {
    let providers = try providers(Settings.cloudSamples)
    #expect(providers.map(\.code) == ["runpod", "vast", "lambda", "shadeform"])
    let file = Settings.defaultYAML(port: 8_080, site: "demo")
    #expect(file.contains("\n  # - code: shadeform"))
    #expect(try Settings.parse(file, path: "outlet.yaml", folder: "/srv/outlet").providers.count == 1)
    guard case .shadeform(let shadeform) = providers[3] else { return }
    #expect(shadeform.cloud.families == ["h100-80gb", "b200"] && shadeform.os == "ubuntu22.04")
}

@Test func `an upstream provider has usual settings, and its key beside the file`() throws {
    guard case .runPod(let settings) = try providers(runPod)[0] else { return }
    #expect(settings.cloud.apiKey == .file("/srv/outlet/runpod.key"))
    #expect(settings.cloud.url == "https://api.runpod.io" && settings.cloud.deadline == Seconds(1_200))
    #expect(settings.tiers == [.secure] && settings.gpuCounts == [1, 2, 4, 8] && settings.diskGB == 40)
    #expect(settings.minCudaVersion == "12.8" && settings.overridesEntrypoint)
    guard case .runPod(let other) = try providers(runPod + "  minCudaVersion: none\n  deadlineMinutes: 5")[0]
    else { return }
    #expect(other.minCudaVersion == nil && other.cloud.deadline == Seconds(300))
}

@Test(arguments: [
    ("- code: x\n  kind: runpod", "or apiKeyEnv is missing"),
    (runPod + "  apiKeyEnv: KEY", "must not both be there"),
    (runPod + "  apiKey: rpa_secret", "no such setting"),
    (runPod + "  tiers: [SPOT]", "must be SECURE or COMMUNITY"),
    (runPod + "  gpuCounts: [3]", "must be 1, 2, 4 or 8"),
    (runPod + "  minCudaVersion: twelve", "must be a version such as 12.8"),
    (runPod + "  families: [H100]", "must be a family"),
    (runPod + "  url: ftp://example.org", "must be http"),
    (runPod + "  url: http://api.runpod.io", "must be https"),
    (runPod + "  url: http://127.example.org", "must be https"),
    (runPod + "  url: http://localhost.example.org:8080", "must be https"),
    (runPod + "  sshKeyName: outlet", "no such setting"),
    ("- code: x\n  kind: lambda\n  apiKeyEnv: KEY", "sshKeyName"),
    ("- code: x\n  kind: shadeform\n  apiKeyEnv: KEY", "sshKeyId"),
    ("- code: x\n  kind: vast\n  apiKeyEnv: KEY\n  countries: [sweden]", "must be a country of ISO 3166"),
    ("- code: x\n  kind: vast\n  apiKeyEnv: KEY\n  minReliabilityPercent: 101", "from 0 to 100"),
    ("- code: x\n  kind: ec2", "must be one of"), (runPod + runPod, "is taken by another provider"),
])
func `what an upstream provider cannot have is refused, with the reason`(entry: String, rule: String) {
    let problems = problems(entry)
    #expect(problems.contains { $0.contains(rule) }, "\(problems)")
}

@Test func `the key of each upstream provider is one of the files that an outlet needs`() throws {
    let yaml =
        "site: lab\npublicUrl: https://gpu.example.org\nproviders:\n"
        + runPod.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
    let needs = try Settings.parse(yaml, path: "outlet.yaml", folder: "/srv/outlet").needs
    #expect(needs.map(\.key) == ["providers.runpod"])
}
