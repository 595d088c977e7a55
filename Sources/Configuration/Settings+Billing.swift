import Domain

extension YAMLSection {
    func billing(_ key: String) -> Settings.Billing {
        let section = section(
            key, keys: ["holdSeconds", "maxBurnPerHourCents", "maxSpendPerMonthCents", "maxPods"])
        let hold = section.number("holdSeconds", in: 1...86_400, default: 3_600, unit: "seconds")
        return Settings.Billing(
            holdSeconds: Seconds(Int64(hold)),
            limits: SpendingLimits(
                burnPerHour: section.cents("maxBurnPerHourCents"),
                spendPerMonth: section.cents("maxSpendPerMonthCents"),
                pods: section.optionalNumber("maxPods", in: 0...1_000_000)))
    }

    private func cents(_ key: String) -> Cents? {
        optionalNumber(key, in: 0...100_000_000_000, unit: "cents").map { Cents(Int64($0)) }
    }
}
