import Domain

/// GPUs that are in no family, as one provider names them: shown to the operator, and never sold by a guess.
package struct UnmappedGPU: Hashable, Sendable {
    package let name: String
    package let vramGB: Int  // 0 where it is not told.
    package let reason: String  // For people.
    package let offers: Int
    package let cheapest: HourlyCost  // Of one GPU.

    package init(name: String, vramGB: Int, reason: String, offers: Int, cheapest: HourlyCost) {
        self.name = name
        self.vramGB = vramGB
        self.reason = reason
        self.offers = offers
        self.cheapest = cheapest
    }
}

extension ReadSession {
    package func unmappedGPUs() throws -> [(
        provider: String, gpu: UnmappedGPU, since: Instant, seenAt: Instant
    )] {
        try rows("SELECT * FROM unmapped_gpu ORDER BY provider, name, vram_gb").map { row in
            (
                row.text("provider"),
                UnmappedGPU(
                    name: row.text("name"), vramGB: Int(row.int("vram_gb")), reason: row.text("reason"),
                    offers: Int(row.int("offers")), cheapest: row.cost("min_micros")),
                row.instant("since_s"), row.instant("seen_at_s")
            )
        }
    }

    package func isKnown(_ gpu: UnmappedGPU, of provider: String) throws -> Bool {
        try row(
            """
            SELECT 1 AS found FROM unmapped_gpu
             WHERE provider = \(provider) AND name = \(gpu.name) AND vram_gb = \(gpu.vramGB)
            """) != nil
    }
}

extension Transaction {
    package func keep(_ gpu: UnmappedGPU, of provider: String, at now: Instant) throws {
        try run(
            """
            INSERT INTO unmapped_gpu (provider, name, vram_gb, reason, offers, min_micros, since_s, seen_at_s)
            VALUES (\(provider), \(gpu.name), \(gpu.vramGB), \(gpu.reason), \(gpu.offers), \(gpu.cheapest), \(now), \(now))
            ON CONFLICT (provider, name, vram_gb) DO UPDATE
            SET reason = excluded.reason, offers = excluded.offers, min_micros = excluded.min_micros,
                seen_at_s = excluded.seen_at_s
            """)
    }

    package func forgetUnmapped(unseenSince: Instant) throws {
        try run("DELETE FROM unmapped_gpu WHERE seen_at_s < \(unseenSince)")
    }
}
