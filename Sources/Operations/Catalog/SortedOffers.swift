import Configuration
import Domain
import Providers
import Storage

/// What becomes of a provider's offers. Numbers of GPUs that the catalog does not know (3, say), empty keys and prices
/// that no rate can hold are left out.
struct SortedOffers {
    private(set) var sold: [String: StoredOffer.Content] = [:]  // By key.
    private(set) var held: [HeldOffer] = []
    private(set) var unmapped: [UnmappedGPU] = []

    init(_ offers: [Offer], markup: Markup, bands: PriceBands) {
        var unnamed: [Offer] = []
        for offer in offers where !offer.key.isEmpty && sold[offer.key] == nil {
            guard let offer = offer.named else {
                unnamed.append(offer)
                continue
            }
            guard [1, 2, 4, 8].contains(offer.gpuCount), let price = markup.price(of: offer.cost) else {
                continue
            }
            if !offer.isPriceSet, let usual = bands.breach(by: offer) {
                held.append(HeldOffer(offer, usual: usual))
            } else {
                sold[offer.key] = StoredOffer.Content(offer, price: price)
            }
        }
        unmapped = UnmappedGPU.all(in: unnamed)
    }

    /// The middle cost of one GPU of each model that is sold.
    var middleCosts: [String: HourlyCost] {
        Dictionary(grouping: sold.values, by: \.model).compactMapValues { offers in
            let costs = offers.compactMap { $0.cost?.ofOneGPU(of: $0.gpuCount) }.sorted()
            return costs.isEmpty ? nil : costs[costs.count / 2]
        }
    }
}

/// What prices of one provider are held against: what a person allowed, or its own history, or else that of the others.
struct PriceBands {
    private let bands: [String: [PriceBand]]  // By model; one that holds the price is enough.

    /// How far back history counts.
    static let memory = Seconds(7 * 86_400)

    init(of provider: String, factor: Int, in session: any ReadSession, at now: Instant) throws {
        let usual = try session.usualCosts(since: now - Self.memory)
        let own = usual[provider] ?? [:]
        var others: [String: [HourlyCost]] = [:]
        for (code, models) in usual where code != provider { others.merge(models) { $0 + $1 } }
        let allowed = try session.allowedCosts(at: provider).mapValues {
            PriceBand(usual: $0, factor: factor)
        }
        let models = Set(own.keys).union(others.keys).union(allowed.keys)
        bands = Dictionary(
            uniqueKeysWithValues: models.map { model in
                let band =
                    PriceBand(seen: own[model] ?? [], factor: factor)
                    ?? PriceBand(seen: others[model] ?? [], factor: factor)
                return (model, [band, allowed[model]].compactMap(\.self))
            })
    }

    /// The usual cost of one GPU that this offer's is far from; nil when it is near, or nothing is known.
    func breach(by offer: Offer) -> HourlyCost? {
        guard let bands = bands[offer.model], let first = bands.first else { return nil }
        return bands.contains { $0.holds(offer.cost, gpuCount: offer.gpuCount) } ? nil : first.usual
    }
}

extension Offer {
    /// With family and country in the catalog's words; nil where the GPU is in no family.
    fileprivate var named: Offer? {
        var offer = self
        if family == Self.unmappedFamily {
            guard let gpu = try? gpu.get() else { return nil }
            (offer.family, offer.model, offer.vramGB) = (gpu.family, gpu.code, gpu.vramGB)
        }
        if regionCode.isEmpty { offer.regionCode = Country.code(of: region) ?? "" }
        return offer
    }

    fileprivate var gpu: Result<GPUModel, GPUModel.Doubt> {
        Result { () throws(GPUModel.Doubt) in
            try GPUModel.of(model, memory: vramGB > 0 ? vramGB * 1_024 : nil, formFactor: formFactor)
        }
    }
}

extension StoredOffer.Content {
    fileprivate init(_ offer: Offer, price: HourlyRate) {
        self.init(
            offerKey: offer.key, family: offer.family, model: offer.model, vramGB: offer.vramGB,
            gpuCount: offer.gpuCount, price: price, cost: offer.cost, region: offer.region,
            regionCode: offer.regionCode, interconnect: offer.interconnect, free: max(offer.free, 0),
            note: offer.note, source: offer.source, isOwn: offer.isPriceSet)
    }
}

extension HeldOffer {
    fileprivate init(_ offer: Offer, usual: HourlyCost) {
        self.init(
            key: offer.key, model: offer.model, gpuCount: offer.gpuCount, region: offer.region,
            cost: offer.cost, usual: usual)
    }
}

extension UnmappedGPU {
    /// One for each name and memory.
    fileprivate static func all(in offers: [Offer]) -> [UnmappedGPU] {
        Dictionary(grouping: offers) { [$0.model, "\($0.vramGB)"] }.values.map { same in
            let reason =
                switch same[0].gpu {
                case .success: "in no family"
                case .failure(let doubt): doubt.words
                }
            return UnmappedGPU(
                name: same[0].model, vramGB: max(same[0].vramGB, 0), reason: reason, offers: same.count,
                cheapest: same.map { $0.cost.ofOneGPU(of: $0.gpuCount) }.min()!)
        }.sorted { ($0.name, $0.vramGB) < ($1.name, $1.vramGB) }
    }
}
