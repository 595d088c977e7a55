import Domain
import Storage

/// Why a price is not allowed.
package enum AllowanceRefusal: Error, Hashable, Sendable {
    case nothingHeld
}

extension Context {
    /// Lets a provider's held offers of one model be sold from its next answer on: what they cost now is as usual.
    /// - Returns: the cost of one GPU around which prices are allowed.
    /// - Throws: `AllowanceRefusal`
    package func allowPrices(of model: String, at provider: String) throws -> HourlyCost {
        try database.write { transaction in
            let costs = try transaction.heldOffers(of: provider).map(\.offer).filter { $0.model == model }
                .map { $0.cost.ofOneGPU(of: $0.gpuCount) }.sorted()
            guard !costs.isEmpty else { throw AllowanceRefusal.nothingHeld }
            let middle = costs[costs.count / 2]
            try transaction.allow(middle, of: model, at: provider, now: stamp(in: transaction))
            try record(
                "catalog.price_allowed", of: nil,
                "\(provider) may ask about \(middle.dollars) an hour for a GPU of \(model).", in: transaction)
            return middle
        }
    }
}
