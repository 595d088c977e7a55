import Domain
import Providers

/// What one provider answers now: its problem, else what it sells.
struct ProviderReport: Encodable {
    struct OfferJSON: Encodable {
        let family: String
        let model: String
        let vramGb: Int
        let gpuCount: Int
        let region: String
        let regionCode: String
        let pricePerHourCents: Int64
        let interconnect: String?
        let free: Int
        let note: String?

        var dollars: String { Cents(pricePerHourCents).dollars }

        init(_ offer: Offer) {
            family = offer.family
            model = offer.model
            vramGb = offer.vramGB
            gpuCount = offer.gpuCount
            region = offer.region
            regionCode = offer.regionCode
            pricePerHourCents = offer.price.centsPerHour
            interconnect = offer.interconnect
            free = offer.free
            note = offer.note
        }
    }

    let code: String
    let problem: String?
    let offers: [OfferJSON]

    init(_ provider: any Provider) async {
        code = provider.code
        if let problem = await provider.problem() {
            (self.problem, offers) = (problem, [])
            return
        }
        do {
            offers = try await provider.offers().map(OfferJSON.init)
            problem = nil
        } catch {
            (problem, offers) = ("does not say what it sells: \(error)", [])
        }
    }

    /// One after the other, in the order of the configuration.
    static func all(_ providers: [any Provider]) async -> [ProviderReport] {
        var reports: [ProviderReport] = []
        for provider in providers { reports.append(await ProviderReport(provider)) }
        return reports
    }
}
