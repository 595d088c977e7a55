import Testing

@testable import HTTP

@Test(
    arguments: [
        (["\"42\""], true), (["W/\"42\""], true), (["*"], true), (["\"1\", \"42\""], true),
        (["\"1\"", "\"42\""], true),
        (["\"1\""], false), ([], false), (["42"], false), (["\"a,b\", W/\"42\""], true), (["\"42"], false),
        (["w/\"42\""], false),
        (["\"1\",,\"42\""], true), (["\"*\""], false),
    ] as [([String], Bool)])
func `If-None-Match compares weakly over lists`(headers: [String], matches: Bool) {
    #expect(EntityTag("42").matches(ifNoneMatch: headers) == matches)
    #expect(EntityTag("42", isWeak: true).matches(ifNoneMatch: headers) == matches)
}

@Test func `an entity tag is written in quotes`() {
    #expect(EntityTag("42").description == "\"42\"")
    #expect(EntityTag("42", isWeak: true).description == "W/\"42\"")
}

@Test func `a route pattern matches whole paths and names their segments`() {
    let stop: RoutePattern = "/v1/rentals/{id}/stop"
    #expect(stop.match(["v1", "rentals", "rent_1", "stop"]) == ["id": "rent_1"])
    #expect(stop.match(["v1", "rentals", "{id}", "stop"]) == ["id": "{id}"])
    #expect(stop.match(["v1", "rentals", "", "stop"]) == nil)
    #expect(stop.match(["v1", "rentals", "rent_1"]) == nil)
    #expect(stop.match(["v1", "rentals", "rent_1", "stop", ""]) == nil)
    #expect(RoutePattern("/").match([]) == [:])
}

@Test func `a reply's head has one line for each header, whatever is in it`() {
    let reply = Response(
        status: 200, headers: [("X-A", "1\r\nSet-Cookie: sid=evil"), ("Content-Length", "99")],
        body: Array("hello".utf8))
    #expect(
        String(decoding: reply.cgiHead(), as: UTF8.self)
            == "Status: 200 OK\r\nX-A: 1Set-Cookie: sid=evil\r\nContent-Length: 5\r\n\r\n")
}

@Test func `HEAD, 204 and 304 send no body`() {
    let reply = Response(status: 200, body: [1])
    #expect(reply.sendsBody(to: .get))
    #expect(!reply.sendsBody(to: .head))
    #expect(reply.sendsBody(to: nil))
    #expect(!Response(status: 304).sendsBody(to: .get))
    #expect(
        String(decoding: Response(status: 304).cgiHead(), as: UTF8.self) == "Status: 304 Not Modified\r\n\r\n"
    )
}
