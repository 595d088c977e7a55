import Domain
import Storage

extension Context {
    /// Lets everything of a provider be launched again.
    /// - Returns: how many blocks held.
    package func liftBlocks(at provider: String) throws -> Int {
        try database.write { transaction in
            let count = try transaction.liftBlocks(at: provider, now: stamp(in: transaction))
            guard count > 0 else { return 0 }
            try transaction.bumpCatalogVersion()
            try record("provider.blocks_lifted", of: nil, "\(count) blocks at \(provider).", in: transaction)
            return count
        }
    }
}
