import Testing

@testable import API

/// What is told of a body that is not taken.
struct FieldsTests {
    private func message(_ body: String) -> String? {
        do {
            _ = try Fields(request(.post, "/v1/rentals", body: body), known: ["name"])
            return nil
        } catch { return (error as? ErrorAnswer)?.message }
    }

    private static func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }

    @Test(
        arguments: [
            (#"{"name":null}"#, nil),
            ("[]", "The body is not a JSON object."),
            (#"{"name":01}"#, "The body is not JSON: ill-formed number, at byte 10."),
            (#"{"name":1,"name":2}"#, "The body is not JSON: the field name is there twice, at byte 16."),
            (#"{"zone":1,"name":2,"art":3}"#, "zone is not a field of this request."),  // The first one sent.
            (nested(16), "The body is not a JSON object."),
            (nested(17), "The body is not JSON: nested too deeply, at byte 16."),
        ] as [(String, String?)])
    func `a body that is not taken is told why`(body: String, message: String?) {
        #expect(self.message(body) == message)
    }
}
