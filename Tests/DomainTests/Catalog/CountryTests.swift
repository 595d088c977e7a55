import Domain
import Testing

@Suite struct `The country of a place` {
    @Test(arguments: [
        ("Sweden, SE", "SE"), ("Quebec, CA", "CA"), ("EU-RO-1", "RO"), ("EUR-IS-2", "IS"), ("US-TX-3", "US"),
        ("CA-MTL-1", "CA"), ("AP-JP-1", "JP"), ("OC-AU-1", "AU"), ("SEA-SG-1", "SG"), ("us-east-1", "US"),
        ("us-midwest-2", "US"), ("europe-central-1", "DE"), ("asia-south-1", "IN"), ("me-west-1", "IL"),
        ("australia-east-1", "AU"), ("Utah, USA", "US"), ("Toronto, Canada", "CA"), ("canada-1", "CA"),
        ("NORWAY-1", "NO"), ("FIN-01", "FI"), ("ICE-01", "IS"), ("DE", "DE"), ("South Korea", "KR"),
        ("Hong Kong, HK", "HK"), ("US-East", "US"),
    ])
    func `is read from its name`(place: String, code: String) {
        #expect(Country.code(of: place) == code)
    }

    @Test(arguments: ["", " ", "EU-1", "europe-9", "somewhere", "EU", "1-2-3", ", ", "Atlantis, XX"])
    func `is not guessed`(place: String) { #expect(Country.code(of: place) == nil) }
}
