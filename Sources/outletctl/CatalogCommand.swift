import ArgumentParser
import Domain
import Operations
import Storage

struct CatalogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalog", abstract: "What is offered, and what waits for a person's word.",
        subcommands: [Unmapped.self, Held.self, Allow.self, History.self])

    struct Unmapped: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "unmapped", abstract: "Lists GPUs that providers offer and that are in no family.",
            discussion: """
                They are not sold: a name that could be taken for another is never guessed. What providers no longer
                offer goes after 30 days.

                Example:
                  outletctl catalog unmapped
                """)
        @OptionGroup var options: Options
        @OptionGroup var output: Output

        func run() throws {
            let outlet = try Outlet(options)
            let rows = try outlet.context.database.read { try $0.unmappedGPUs() }.map {
                UnmappedJSON($0.provider, $0.gpu, since: $0.since, seenAt: $0.seenAt)
            }
            if output.isJSON { return try printJSON(rows) }
            var table = Table(
                ("provider", .left), ("name", .left), ("vram", .right), ("offers", .right),
                ("from, a GPU", .right), ("seen (UTC)", .left), ("why", .left))
            for row in rows {
                table.add(
                    row.provider, row.name, row.vramGb == 0 ? "–" : "\(row.vramGb) GB", "\(row.offers)",
                    "\(row.dollars)/h", row.seenAt, row.reason)
            }
            print(table.text(nothing: "every GPU that providers offer is in a family"))
        }
    }

    struct Held: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "held",
            abstract: "Lists offers that are not sold because their price is far from the usual one.",
            discussion: """
                Usual is the middle of what a GPU of the same model cost at the same provider in the last seven days;
                where it has no history yet, at the others. 'catalog.priceBandFactor' says what is far.

                Examples:
                  outletctl catalog held
                  outletctl catalog allow vast H100_SXM_80GB
                """)
        @OptionGroup var options: Options
        @OptionGroup var output: Output

        func run() throws {
            let outlet = try Outlet(options)
            let rows = try outlet.context.database.read { try $0.heldOffers() }.map {
                HeldJSON($0.provider, $0.offer, since: $0.since, seenAt: $0.seenAt)
            }
            if output.isJSON { return try printJSON(rows) }
            var table = Table(
                ("provider", .left), ("model", .left), ("gpus", .right), ("region", .left),
                ("a GPU now", .right), ("usually", .right), ("since (UTC)", .left), ("offer", .left))
            for row in rows {
                table.add(
                    row.provider, row.model, "\(row.gpuCount)", row.region, "\(row.dollars)/h",
                    "\(row.usualDollars)/h", row.since, row.offerKey)
            }
            print(table.text(nothing: "no price is held"))
        }
    }

    struct Allow: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "allow",
            abstract: "Sells a provider's held offers of one model: what they cost now is as usual.",
            discussion: "Example:\n  outletctl catalog allow vast H100_SXM_80GB")
        @OptionGroup var options: Options
        @Argument(help: "The provider's code.") var provider: String
        @Argument(help: "The model, as 'catalog held' shows it.") var model: String

        func run() throws {
            let outlet = try Outlet(options)
            let cost = try outlet.context.allowPrices(of: model, at: provider)
            print("allowed: about \(cost.dollars) an hour for a GPU of \(model) at \(provider)")
        }
    }

    struct History: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "history", abstract: "Shows what families cost day by day, for one GPU.",
            discussion:
                "Examples:\n  outletctl catalog history h100-80gb\n  outletctl catalog history --days 7")
        @OptionGroup var options: Options
        @OptionGroup var output: Output
        @Argument(help: "Only this family.") var family: String?
        @Option(help: "How many days back, 1 to 365.") var days = 30

        func validate() throws {
            guard (1...365).contains(days) else { throw ValidationError("--days is a number from 1 to 365") }
        }

        func run() throws {
            let history = try Outlet(options).context.priceHistory(of: family, days: days)
            if output.isJSON { return try printJSON(history.map(FamilyDayJSON.init)) }
            var table = Table(
                ("family", .left), ("day (UTC)", .left), ("least", .right), ("middle", .right),
                ("listings", .right), ("hours", .right))
            for day in history {
                table.add(
                    day.family, String(day.day.iso8601.prefix(10)), day.minimum.forPeople,
                    day.median.forPeople, "\(day.listings)", "\(day.hours.count)")
            }
            print(table.text(nothing: "nothing could be rented in that time"))
        }
    }
}

private struct UnmappedJSON: Encodable {
    let provider, name: String
    let vramGb, offers: Int
    let minMicroDollarsPerGpuHour: Int64
    let reason, since, seenAt: String
    var dollars: String { HourlyCost(microDollarsPerHour: minMicroDollarsPerGpuHour)!.dollars }

    init(_ provider: String, _ gpu: UnmappedGPU, since: Instant, seenAt: Instant) {
        self.provider = provider
        name = gpu.name
        (vramGb, offers) = (gpu.vramGB, gpu.offers)
        minMicroDollarsPerGpuHour = gpu.cheapest.microDollarsPerHour
        (reason, self.since, self.seenAt) = (gpu.reason, since.iso8601, seenAt.iso8601)
    }
}

private struct HeldJSON: Encodable {
    let provider, offerKey, model: String
    let gpuCount: Int
    let region: String
    let microDollarsPerGpuHour, usualMicroDollarsPerGpuHour: Int64
    let since, seenAt: String
    var dollars: String { HourlyCost(microDollarsPerHour: microDollarsPerGpuHour)!.dollars }
    var usualDollars: String { HourlyCost(microDollarsPerHour: usualMicroDollarsPerGpuHour)!.dollars }

    init(_ provider: String, _ offer: HeldOffer, since: Instant, seenAt: Instant) {
        (self.provider, offerKey, model) = (provider, offer.key, offer.model)
        (gpuCount, region) = (offer.gpuCount, offer.region)
        microDollarsPerGpuHour = offer.cost.ofOneGPU(of: offer.gpuCount).microDollarsPerHour
        usualMicroDollarsPerGpuHour = offer.usual.microDollarsPerHour
        (self.since, self.seenAt) = (since.iso8601, seenAt.iso8601)
    }
}

private struct FamilyDayJSON: Encodable {
    let familyId, date: String
    let minPricePerGpuHourCents, medianPricePerGpuHourCents: Int64
    let listingCount, hoursAvailable: Int

    init(_ day: FamilyDay) {
        (familyId, date) = (day.family, String(day.day.iso8601.prefix(10)))
        minPricePerGpuHourCents = day.minimum.centsPerHour
        medianPricePerGpuHourCents = day.median.centsPerHour
        (listingCount, hoursAvailable) = (day.listings, day.hours.count)
    }
}
