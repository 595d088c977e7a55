import Domain

extension YAMLSection {
    func limits(_ key: String) -> Settings.Limits {
        let section = section(
            key,
            keys: [
                "requestsPerMinute", "requestsPerHour", "codeGapSeconds", "codesPerHour", "codeTries",
                "wrongCodesPerHour", "checkoutsPerHour",
            ])
        let usual = Settings.Limits()
        return Settings.Limits(
            requestsPerMinute: section.number(
                "requestsPerMinute", in: 1...1_000_000, default: usual.requestsPerMinute),
            requestsPerHour: section.number(
                "requestsPerHour", in: 1...10_000_000, default: usual.requestsPerHour),
            codeGap: Seconds(
                Int64(
                    section.number(
                        "codeGapSeconds", in: 1...3_600, default: Int(usual.codeGap.count), unit: "seconds"))),
            codesPerHour: section.number("codesPerHour", in: 1...1_000_000, default: usual.codesPerHour),
            codeTries: section.number("codeTries", in: 1...10, default: usual.codeTries),
            wrongCodesPerHour: section.number(
                "wrongCodesPerHour", in: 1...1_000_000, default: usual.wrongCodesPerHour),
            checkoutsPerHour: section.number(
                "checkoutsPerHour", in: 1...1_000_000, default: usual.checkoutsPerHour))
    }
}
