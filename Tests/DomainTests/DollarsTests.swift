import Domain
import Testing

@Test(
    arguments: [
        ("20", 2_000), ("20.5", 2_050), ("20.00", 2_000), ("0.01", 1), ("+5", 500), ("-5.00", -500),
        ("-0.05", -5),
        ("999999999999.99", 99_999_999_999_999),
    ] as [(String, Int64)])
func `dollars are read to the cent`(text: String, cents: Int64) {
    #expect(Cents(dollars: text) == Cents(cents))
}

@Test(arguments: [
    "", "-", ".5", "5.", "1.234", "1,50", "1e3", "$5", " 5", "٣", "--5", "1.2.3", "1000000000000",
])
func `other text is not an amount`(text: String) {
    #expect(Cents(dollars: text) == nil)
}

@Test(arguments: [-123_456, -100, -5, 0, 1, 10, 99, 100, 2_050] as [Int64])
func `an amount written as dollars reads as itself`(cents: Int64) {
    #expect(Cents(dollars: Cents(cents).dollars) == Cents(cents))
}
