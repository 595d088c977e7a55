import Foundation
import TestSupport
import Testing

/// One who rents: an account with money, signed in by a link, with an SSH key of their own.
struct Renter {
    let outlet: Outlet
    let email: String
    let cookie: String
    let keyFile: String

    /// - Parameter dollars: what the wallet starts with.
    init(
        _ email: String = "ada@example.org", at outlet: Outlet, dollars: String = "20.00",
        addingKey: Bool = true
    ) throws {
        self.outlet = outlet
        self.email = email
        try outlet.control("user", "add", email)
        try outlet.control("wallet", "credit", email, dollars, "--note", "start")
        cookie = try Self.signIn(email, at: outlet)
        keyFile = outlet.folder["key-\(email)"]
        let made = try Command.run(
            "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", email, "-f", keyFile])
        try #require(made.status == 0, "\(made)")
        if addingKey { _ = try addKey() }
    }

    /// Takes a fresh link of the operator's to a session, as the sign-in page does.
    private static func signIn(_ email: String, at outlet: Outlet) throws -> String {
        let link = try JSON.parse(outlet.control("session", "create", email, "--json")).text("signInUrl")
        let prefix = outlet.address + "/login#link="
        try #require(link.hasPrefix(prefix), "\(link)")
        let token = link.dropFirst(prefix.count)
        let reply = try Curl.send("POST", outlet.address + "/v1/auth/link", body: #"{"token":"\#(token)"}"#)
        try #require(reply.status == 200, "\(reply)")
        #expect(try reply.json().value("user").text("email") == email)
        let set = try #require(reply["Set-Cookie"]?.split(separator: "; ").map(String.init))
        #expect(Set(set.dropFirst()) == ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"])
        let again = try Curl.send("POST", outlet.address + "/v1/auth/link", body: #"{"token":"\#(token)"}"#)
        #expect(again.status == 401, "a link works once: \(again)")
        return String(set[0].dropFirst("sid=".count))
    }

    /// Adds the public half of a key file; their own, unless another is named.
    func addKey(_ file: String? = nil) throws -> JSON {
        let line = try String(contentsOfFile: (file ?? keyFile) + ".pub", encoding: .utf8)
            .trimmingCharacters(in: .newlines)
        return try post("/v1/ssh-keys", #"{"name":"laptop","publicKey":"\#(line)"}"#).json()
    }

    func delete(_ path: String) throws -> Reply {
        try Curl.send("DELETE", outlet.address + path, cookie: cookie)
    }

    func get(_ path: String, headers: [String] = []) throws -> Reply {
        try Curl.send("GET", outlet.address + path, cookie: cookie, headers: headers)
    }

    func post(_ path: String, _ body: String? = nil, headers: [String] = []) throws -> Reply {
        try Curl.send("POST", outlet.address + path, cookie: cookie, headers: headers, body: body)
    }

    /// A launch that must be taken; answers the rental's id.
    func launch(_ family: String = "rtx-4090", _ more: String = "") throws -> String {
        let reply = try post("/v1/rentals", #"{"familyId":"\#(family)","gpuCount":1\#(more)}"#)
        try #require(reply.status == 200, "\(reply)")
        let rental = try reply.json()
        #expect(try rental.text("status") == "provisioning")
        #expect(try rental.value("host") == .null)
        return try rental.text("id")
    }

    /// Polls as the contract's client loop does, until `status === 'running'` and `host` is set.
    func waitUntilRunning(_ id: String, within seconds: Double = 20, _ step: () throws -> Void = {})
        async throws -> JSON
    {
        try await eventually("\(id) is running", within: seconds, every: 0.2) {
            try step()
            let rental = try rental(id)
            let status = try rental.text("status")
            guard ["provisioning", "running"].contains(status) else { throw Unexpected("\(rental)") }
            return try status == "running" && rental.optionalText("host") != nil ? rental : nil
        }
    }

    func waitUntilEnded(_ id: String, within seconds: Double = 10, _ step: () throws -> Void = {})
        async throws -> JSON
    {
        try await eventually("\(id) has ended", within: seconds, every: 0.2) {
            try step()
            let rental = try rental(id)
            return ["stopped", "failed"].contains(try rental.text("status")) ? rental : nil
        }
    }

    func rental(_ id: String) throws -> JSON {
        let reply = try get("/v1/rentals/\(id)")
        try #require(reply.status == 200, "\(reply)")
        return try reply.json()
    }

    /// A reading of the meter, held against the formula.
    func meter(_ id: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> JSON {
        let reply = try get("/v1/rentals/\(id)/meter")
        try #require(reply.status == 200, "\(reply)", sourceLocation: sourceLocation)
        let reading = try reply.json()
        try checkReading(reading, sourceLocation: sourceLocation)
        return reading
    }

    /// A reading of the wallet, held against its own sums.
    func balance(sourceLocation: SourceLocation = #_sourceLocation) throws -> JSON {
        let balance = try get("/v1/billing/balance").json()
        try checkBalance(balance, sourceLocation: sourceLocation)
        return balance
    }

    func stop(_ id: String) throws -> Reply { try post("/v1/rentals/\(id)/stop") }
}
