import Domain
import Foundation
import Logging
import Operations
import TestSupport
import Testing

@testable import Configuration
@testable import Providers

/// From the file to a pod: what the operator writes is what is asked for.
@Suite(.timeLimit(.minutes(1))) struct RegistryTests {
    @Test(arguments: CloudKind.allCases)
    func `a provider that the configuration names is offered and rented at`(kind: CloudKind) async throws {
        let cloud = try FakeCloud(kind.speech)
        let folder = try ScratchFolder()
        try folder.write(CloudBench.apiKey, to: "api.key")
        chmod(folder["api.key"], 0o600)
        let own =
            [CloudKind.lambda: "sshKeyName: operator", .shadeform: "sshKeyId: key-1"][kind] ?? "families: []"
        let yaml = """
            site: test
            publicUrl: https://gpu.example.org
            providers:
              - code: up
                kind: \(kind)
                apiKeyFile: api.key
                url: \(cloud.server.url)
                markupBasisPoints: 1500
                deadlineMinutes: 7
                \(own)
            """
        let settings = try Settings.parse(yaml, path: "outlet.yaml", folder: folder.path)
        let provider = try #require(
            ProviderRegistry.providers(
                for: settings, keeperPath: "", leases: NoLeases(), logger: Logger(label: "test")
            ).first)
        #expect(provider.code == "up" && provider.provisionDeadline == Seconds(420))
        #expect(try await provider.offers().contains { $0.key == kind.speech.offerKey })
        let order = PodOrder(
            label: CloudBench.label(), offerKey: kind.speech.offerKey, authorizedKeys: [CloudBench.key],
            environment: [:], bootScript: "", image: "ubuntu:24.04")
        guard case .created = await provider.create(order) else {
            Issue.record("not created")
            return
        }
        #expect(cloud.count(.create) == 1)
    }
}
