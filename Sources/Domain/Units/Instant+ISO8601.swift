extension Instant {
    /// ISO 8601 in UTC with whole seconds: `2026-06-07T08:14:22Z`. For the years 0 to 9999.
    package var iso8601: String {
        String(unsafeUninitializedCapacity: Self.iso8601Length) {
            writeISO8601(to: $0.baseAddress!)
            return Self.iso8601Length
        }
    }

    /// In bytes.
    package static let iso8601Length = 20

    /// The bytes of `iso8601`, to where there is room for them.
    package func writeISO8601(to text: UnsafeMutablePointer<UInt8>) {
        let (days, second) = secondsSince1970.flooredDivision(by: 86_400)
        let (year, month, day) = Self.date(daysSince1970: days)
        precondition((0...9_999).contains(year), "an instant lies in the years 0 to 9999")
        var end = text
        func append(_ number: Int64, digits: Int, then separator: Unicode.Scalar) {
            var rest = number
            for place in (0..<digits).reversed() {
                (end + place).initialize(to: UInt8(ascii: "0") + UInt8(rest % 10))
                rest /= 10
            }
            (end + digits).initialize(to: UInt8(ascii: separator))
            end += digits + 1
        }
        append(year, digits: 4, then: "-")
        append(month, digits: 2, then: "-")
        append(day, digits: 2, then: "T")
        append(second / 3_600, digits: 2, then: ":")
        append(second / 60 % 60, digits: 2, then: ":")
        append(second % 60, digits: 2, then: "Z")
    }

    /// Reads `2026-06-07T08:14:22Z`, or a day alone, `2026-06-07`, as its first second.
    /// Nil for every other form, for days that no calendar has, and for leap seconds.
    package init?(iso8601 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 20 || bytes.count == 10 else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            return value
        }
        func stands(_ separator: Character, at position: Int) -> Bool {
            bytes[position] == separator.asciiValue
        }
        guard stands("-", at: 4), stands("-", at: 7), let year = number(0..<4), let month = number(5..<7),
            let day = number(8..<10)
        else { return nil }
        let days = Self.daysSince1970(year: year, month: month, day: day)
        guard Self.date(daysSince1970: days) == (year, month, day) else { return nil }
        guard bytes.count == 20 else {
            self.init(days * 86_400)
            return
        }
        guard stands("T", at: 10), stands(":", at: 13), stands(":", at: 16), stands("Z", at: 19),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19), hour < 24,
            minute < 60, second < 60
        else { return nil }
        self.init(days * 86_400 + hour * 3_600 + minute * 60 + second)
    }

    // The Gregorian calendar in eras of 400 years, 146,097 days each. A year is taken to begin on 1 March, so that
    // the leap day is its last; 719,468 days lie between 0000-03-01 and 1970-01-01.

    private static func date(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (daysSince1970 + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }

    private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
        let (era, yearOfEra) = (month <= 2 ? year - 1 : year).flooredDivision(by: 400)
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension Int64 {
    /// The quotient rounded down, and the remainder, which is never negative.
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
