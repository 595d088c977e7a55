import Crypto
import Payments
import Testing

/// A signature made the way Stripe documents it, with an HMAC of the test's own.
private func header(_ body: String, secret: String, time: Int64, scheme: String = "v1") -> String {
    "t=\(time),\(scheme)=\(mark(body, secret: secret, time: time))"
}

private func mark(_ body: String, secret: String, time: Int64) -> String {
    let code = HMAC<SHA256>.authenticationCode(
        for: Array("\(time).\(body)".utf8), using: SymmetricKey(data: Array(secret.utf8)))
    return code.map { byte in
        let digits = String(byte, radix: 16)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }.joined()
}

private func refusal(
    _ header: String, body: String, secrets: [String], now: Int64
) -> WebhookSignature.Refusal? {
    do throws(WebhookSignature.Refusal) {
        try WebhookSignature(header: header).verify(Array(body.utf8), secrets: secrets, now: now)
        return nil
    } catch { return error }
}

@Suite struct WebhookSignatureTests {
    let body = #"{"id":"evt_1"}"#
    let secret = "whsec_of_a_test"
    let now: Int64 = 1_790_000_000

    @Test func `a signature made with the secret is believed`() {
        #expect(
            refusal(header(body, secret: secret, time: now), body: body, secrets: [secret], now: now) == nil)
    }

    // Made by Stripe's own library, 16.1.0, so that the two HMACs of these tests are not each other's only witness.
    @Test func `a signature made by Stripe's library is believed`() {
        let official = "t=1790000000,v1=f29c6713ee482934ec464425d2255bdd3440296a910ea185fe52b8e115789ff0"
        #expect(refusal(official, body: body, secrets: [secret], now: now) == nil)
    }

    @Test func `either secret counts while one is rolled, wherever its mark stands`() {
        let both =
            "t=\(now),v1=\(mark(body, secret: "whsec_new", time: now)),v1=\(mark(body, secret: secret, time: now))"
        #expect(refusal(both, body: body, secrets: ["whsec_new"], now: now) == nil)
        #expect(refusal(both, body: body, secrets: [secret], now: now) == nil)
        #expect(
            refusal(
                header(body, secret: secret, time: now), body: body, secrets: ["whsec_new", secret], now: now)
                == nil)
    }

    @Test(
        arguments: [(-300, nil), (300, nil), (-301, .tooOld), (301, .inTheFuture)]
            as [(Int64, WebhookSignature.Refusal?)])
    func `a delivery is believed within five minutes of our time`(
        offset: Int64, expected: WebhookSignature.Refusal?
    ) {
        let sent = header(body, secret: secret, time: now + offset)
        #expect(refusal(sent, body: body, secrets: [secret], now: now) == expected)
    }

    @Test func `another body, another secret and an older scheme are refused`() {
        let good = header(body, secret: secret, time: now)
        #expect(refusal(good, body: body + " ", secrets: [secret], now: now) == .noMatch)
        #expect(refusal(good, body: body, secrets: ["whsec_other"], now: now) == .noMatch)
        #expect(refusal(good, body: body, secrets: [""], now: now) == .noMatch)
        #expect(refusal(header(body, secret: "", time: now), body: body, secrets: [""], now: now) == .noMatch)
        #expect(
            refusal(
                header(body, secret: secret, time: now, scheme: "v0"), body: body, secrets: [secret], now: now
            ) == .malformed)
    }

    @Test(arguments: [
        "", "t=", "t=1", "v1=00", "t=1,t=1,v1=00", "t=-1,v1=00", "t=1e9,v1=00", "t=1790000000, v1=00", "=",
        ",",
        "t=99999999999999999999,v1=00", "t=1790000000",
    ])
    func `an ill-formed header is refused`(header: String) {
        #expect(refusal(header, body: body, secrets: [secret], now: now) == .malformed)
    }

    @Test func `no mutation of a header or a body out of 100,000 is believed`() {
        let good = Array(header(body, secret: secret, time: now).utf8)
        var believed = 0
        var random = SystemRandomNumberGenerator()
        for _ in 0..<100_000 {
            var (header, body) = (good, Array(body.utf8))
            if Bool.random(using: &random) {
                mutate(&header, using: &random)
            } else {
                mutate(&body, using: &random)
            }
            guard header != good || body != Array(self.body.utf8) else { continue }
            let text = String(decoding: header, as: UTF8.self)
            let isBelieved =
                (try? WebhookSignature(header: text).verify(body, secrets: [secret], now: now)) != nil
            // Bytes that the signature does not cover, such as one more field, may change.
            if isBelieved, body != Array(self.body.utf8) || !isHarmless(text) { believed += 1 }
        }
        #expect(believed == 0)
    }

    private func mutate(_ bytes: inout [UInt8], using random: inout SystemRandomNumberGenerator) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(UInt8.random(in: 0x20...0x7e, using: &random), at: place)
        default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
        }
    }

    /// The time and the mark are as they were; only something beside them differs.
    private func isHarmless(_ header: String) -> Bool {
        let items = header.split(separator: ",", omittingEmptySubsequences: false)
        return items.contains("t=\(now)") && items.contains("v1=\(mark(body, secret: secret, time: now))")
    }
}
