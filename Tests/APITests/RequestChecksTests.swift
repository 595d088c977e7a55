import Domain
import HTTP
import Operations
import Testing

@testable import API

struct RequestChecksTests {
    @Test(
        arguments: [
            ([:], true),
            (["origin": ["https://gpu.example.org"]], true),
            (["origin": ["https://gpu.example.org"], "sec-fetch-site": ["same-origin"]], true),
            (["origin": ["https://app.example.net"], "sec-fetch-site": ["cross-site"]], true),
            (["sec-fetch-site": ["none"]], true),
            (["origin": ["https://evil.example"]], false),
            (["origin": ["null"]], false),
            (["origin": ["http://gpu.example.org"]], false),
            (["origin": ["https://gpu.example.org.evil.example"]], false),
            (["origin": ["https://gpu.example.org:8443"]], false),
            (["sec-fetch-site": ["cross-site"]], false),
            (["sec-fetch-site": ["same-site"]], false),
            (["origin": ["https://evil.example"], "sec-fetch-site": ["same-origin"]], false),
            (["origin": ["https://gpu.example.org"], "sec-fetch-site": ["cross-site"]], false),
            (["origin": ["https://gpu.example.org", "https://evil.example"]], false),
        ] as [([String: [String]], Bool)])
    func `a write counts only when it comes from this site`(headers: [String: [String]], passes: Bool) {
        let check = CrossSite(sampleSettings)
        for route in routes where route.method != .get {
            let write = request(route.method, route.samplePath, headers: headers)
            #expect(((try? check.check(write)) != nil) == passes, "\(route.pattern)")
        }
        #expect(throws: Never.self) { try check.check(request(.get, "/v1/auth/me", headers: headers)) }
    }

    @Test func `a session cookie is sent with all its attributes`() {
        let plain = SessionCookie.set("abc", in: request(.get, "/v1/auth/me"))
        #expect(plain.value == "sid=abc; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax")
        let secure = SessionCookie.clear(in: request(.get, "/v1/auth/me", https: true))
        #expect(secure.value == "sid=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure")
    }

    @Test(arguments: [["sid=a; sid=b"], ["sid=a", "sid=b"], ["sid=a; x=1; sid=a"]])
    func `two session cookies are refused`(cookies: [String]) {
        #expect(throws: ErrorAnswer.self) {
            try SessionCookie.value(in: request(.get, "/v1/auth/me", headers: ["cookie": cookies]))
        }
    }

    @Test(arguments: [
        (#"{"familyId":"b200","gpuCount":1,"colour":"red"}"#, "colour"), (#"{"gpuCount":1}"#, "familyId"),
        (#"{"familyId":"b200"}"#, "gpuCount"), (#"{"familyId":7,"gpuCount":1}"#, "familyId"),
        (#"{"familyId":"b200","gpuCount":true}"#, "gpuCount"),
        (#"{"familyId":"b200","gpuCount":"1"}"#, "gpuCount"),
        (#"{"familyId":"b200","gpuCount":3}"#, "gpuCount"),
        (#"{"familyId":"b200","gpuCount":1.5}"#, "gpuCount"),
        (#"{"familyId":"b200","gpuCount":1,"autoStopAfterHours":0}"#, "autoStopAfterHours"),
        (#"{"familyId":"b200","gpuCount":1,"autoStopAfterHours":8760.001}"#, "autoStopAfterHours"),
        (#"{"familyId":"b200","gpuCount":1,"maxPricePerHourCents":0}"#, "maxPricePerHourCents"),
        (
            #"{"familyId":"b200","gpuCount":1,"maxPricePerHourCents":99999999999999999999}"#,
            "maxPricePerHourCents"
        ),
        (#"{"familyId":"b200","gpuCount":1,"name":"two\nlines"}"#, "name"),
        (#"{"familyId":"b200","gpuCount":1,"env":{"A B":"1"}}"#, "env"),
        (#"{"familyId":"b200","gpuCount":1,"env":{"A":1}}"#, "env"),
        (#"{"familyId":"b200","gpuCount":1,"env":{"A":"1\nX"}}"#, "env"),
        (#"{"familyId":"b200","gpuCount":1,"startupScript":"\u0000"}"#, "startupScript"),
    ])
    func `a launch of the wrong shape names its field`(body: String, field: String) {
        let error = #expect(throws: ErrorAnswer.self) {
            try LaunchRequest(request(.post, "/v1/rentals", body: body))
        }
        #expect(error?.status == 400)
        #expect(error?.details.map(\.name) == [field])
    }

    @Test func `a launch is read whole`() throws {
        let body = """
            {"familyId":"b200","gpuCount":8.0,"templateId":null,"name":"run 7","autoStopAfterHours":0.0001,
             "maxPricePerHourCents":2e3,"env":{"A_1":"x y"},"startupScript":"echo\\nhi","region":"","providerCode":"local"}
            """
        let launch = try LaunchRequest(request(.post, "/v1/rentals", body: body))
        #expect(launch.gpuCount == 8 && launch.templateID == "ubuntu-24-04" && launch.name == "run 7")
        #expect(launch.autoStopAfter == Seconds(1) && launch.maxPrice == HourlyRate(centsPerHour: 2_000))
        #expect(launch.environment == ["A_1": "x y"] && launch.startupScript == "echo\nhi")
        #expect(launch.region == nil && launch.provider == "local")
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""])
    func `a body of another type is refused`(type: String) {
        let post = request(.post, "/v1/ssh-keys", headers: ["content-type": [type]], body: "{}")
        #expect(throws: ErrorAnswer.self) { try Fields(post, known: []) }
    }

    @Test(arguments: ["0", "201", "-1", "abc", "1.5", "99999999999999999999", "+5"])
    func `a page size out of range is refused`(size: String) {
        let query = Query(request(.get, "/v1/rentals", query: [("pageSize", size)]))
        #expect(throws: ErrorAnswer.self) { try query.pageSize() }
    }

    @Test func `an empty value is as good as none, and two values are refused`() throws {
        #expect(try Query(request(.get, "/v1/rentals", query: [("pageSize", "")])).pageSize() == 50)
        let twice = Query(request(.get, "/v1/rentals", query: [("pageSize", "1"), ("pageSize", "2")]))
        #expect(throws: ErrorAnswer.self) { try twice.pageSize() }
    }
}
