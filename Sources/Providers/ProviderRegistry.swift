import Configuration
import Domain
import Logging

/// Every kind of provider has its line here.
package enum ProviderRegistry {
    /// The providers that `settings` name, in its order.
    /// - Parameters:
    ///   - keeperPath: the program `outlet-pod`.
    ///   - leases: of the operator's own machines.
    package static func providers(
        for settings: Settings, keeperPath: String, leases: any UnitLeases, logger: Logger
    ) -> [any Provider] {
        let hostKeys = HostKeys(secretKeyPath: settings.secretKeyPath)
        return settings.providers.map { provider in
            switch provider {
            case .local(let local):
                LocalProvider(
                    settings: local, podsDirectory: settings.podsDirectory, keeperPath: keeperPath,
                    logger: logger)
            case .docker(let docker):
                DockerProvider(
                    settings: docker, runDirectory: settings.runDirectory,
                    labelPrefix: PodLabel.prefix(site: settings.site), hostKeys: hostKeys, leases: leases,
                    logger: logger)
            case .runPod(let settings): RunPodProvider(settings: settings, hostKeys: hostKeys)
            case .vast(let settings): VastProvider(settings: settings, hostKeys: hostKeys)
            case .lambda(let settings): LambdaProvider(settings: settings, hostKeys: hostKeys)
            case .shadeform(let settings): ShadeformProvider(settings: settings, hostKeys: hostKeys)
            }
        }
    }
}
