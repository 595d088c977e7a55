import ArgumentParser
import Domain
import Operations
import Storage

extension ProviderCommand {
    struct Blocks: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "blocks",
            abstract: "Shows what is kept from launches for a while, and the operator's money at providers.",
            discussion: """
                What a provider refused, or a pod that was not as promised, is not tried again for some time: one
                listing, its machine or data centre, a region, or all of a provider. Launches also pause where your
                money lasts for less than 'pauseBelowRunwayHours'.

                Examples:
                  outletctl provider blocks
                  outletctl provider blocks --lift vast
                """)
        @OptionGroup var options: Options
        @OptionGroup var output: Output
        @Option(help: "Lifts all blocks of this provider.") var lift: String?

        func run() throws {
            let outlet = try Outlet(options)
            if let lift {
                let count = try outlet.context.liftBlocks(at: lift)
                return print("\(count) lifted at \(lift)")
            }
            let (blocks, money) = try outlet.context.database.read {
                (try $0.launchBlocks(at: outlet.context.now(in: $0)), try $0.upstreamMoney())
            }
            if output.isJSON {
                return try printJSON(
                    GuardsJSON(blocks: blocks.map(BlockJSON.init), balances: money.map(MoneyJSON.init)))
            }
            var table = Table(
                ("provider", .left), ("what", .left), ("name", .left), ("until (UTC)", .left), ("why", .left))
            for block in blocks {
                table.add(
                    block.provider, block.scope.rawValue, block.name, block.until.forPeople, block.reason)
            }
            print(table.text(nothing: "nothing is kept from launches"))
            for money in money.map(MoneyJSON.init) { print(money.words) }
        }
    }
}

private struct GuardsJSON: Encodable {
    let blocks: [BlockJSON]
    let balances: [MoneyJSON]
}

private struct BlockJSON: Encodable {
    let provider, scope, name, until, reason: String

    init(_ block: LaunchBlock) {
        (provider, scope, name) = (block.provider, block.scope.rawValue, block.name)
        (until, reason) = (block.until.iso8601, block.reason)
    }
}

private struct MoneyJSON: Encodable {
    let provider: String
    let microDollars, burnMicroDollarsPerHour, minimumRunwaySeconds: Int64
    let runwaySeconds: Int64?
    let isPaused: Bool

    init(_ money: UpstreamMoney) {
        (provider, microDollars) = (money.provider, money.microDollars)
        burnMicroDollarsPerHour = money.burn.microDollarsPerHour
        minimumRunwaySeconds = money.minimumRunway.count
        runwaySeconds = money.runway?.count
        isPaused = money.isTooLittle(for: nil)
    }

    var words: String {
        let time = runwaySeconds.map { "lasts \(Seconds($0).forPeople)" } ?? "nothing runs there"
        return
            "\(provider): $\(Cents(microDollars / 10_000).dollars), \(time)\(isPaused ? "; launches pause" : "")"
    }
}
