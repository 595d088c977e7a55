import Configuration
import Logging

/// Every kind of provider has its line here.
package enum ProviderRegistry {
    /// The providers that `settings` name, in its order. `keeperPath` is the program `outlet-pod`.
    package static func providers(for settings: Settings, keeperPath: String, logger: Logger)
        -> [any Provider]
    {
        let hostKeys = HostKeys(secretKeyPath: settings.secretKeyPath)
        return settings.providers.map { provider in
            switch provider {
            case .local(let local):
                LocalProvider(
                    settings: local, podsDirectory: settings.podsDirectory, keeperPath: keeperPath,
                    logger: logger)
            case .runPod(let settings): RunPodProvider(settings: settings, hostKeys: hostKeys)
            case .vast(let settings): VastProvider(settings: settings, hostKeys: hostKeys)
            case .lambda(let settings): LambdaProvider(settings: settings, hostKeys: hostKeys)
            case .shadeform(let settings): ShadeformProvider(settings: settings, hostKeys: hostKeys)
            }
        }
    }
}
