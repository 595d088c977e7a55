import Configuration
import Domain

extension Settings {
    /// Settings for a test: one local provider, whose `offers` the test names.
    package static func forTests(
        dataDirectory: String, holdSeconds: Seconds = .hour,
        offers: [LocalProviderSettings.Offer] = [.rtx4090()]
    ) -> Settings {
        Settings(
            site: "test", publicURL: "http://127.0.0.1:8080", dataDirectory: dataDirectory,
            billing: Billing(holdSeconds: holdSeconds),
            templates: [
                Template(
                    id: "ubuntu-24-04", name: "Ubuntu 24.04", description: "A plain shell.",
                    image: "ubuntu:24.04",
                    ports: [22], bootScript: "")
            ],
            providers: [.local(LocalProviderSettings(code: "local", offers: offers))])
    }
}

extension LocalProviderSettings.Offer {
    /// One RTX 4090 in US-East, at 65 cents an hour unless the test says otherwise.
    package static func rtx4090(centsPerHour: Int64 = 65, slots: Int = 4) -> Self {
        Self(
            family: "rtx-4090", model: "RTX_4090_24GB", vramGB: 24, gpuCount: 1, region: "US-East",
            regionCode: "US",
            price: HourlyRate(centsPerHour: centsPerHour)!, interconnect: nil, slots: slots)
    }
}
