import Domain
import HTTP
import Operations

@Sendable func listSSHKeys(_ call: Call) throws -> Response {
    let keys = try call.context.sshKeys(of: call.user)
    return Response.json { $0.field("keys", keys) }
}

@Sendable func addSSHKey(_ call: Call) throws -> Response {
    let fields = try Fields(call.request, known: ["name", "publicKey"])
    let name = try fields.line("name", limit: 64).required("name")
    guard !name.allSatisfy(\.isWhitespace) else { throw ErrorAnswer.invalid("name", "is empty") }
    let line = try fields.text("publicKey").required("publicKey")
    return Response.json(try call.context.addSSHKey(named: name, SSHPublicKey(line: line), for: call.user))
}

@Sendable func deleteSSHKey(_ call: Call) throws -> Response {
    guard let id: ID<SSHKey> = call.id(), try call.context.deleteSSHKey(id, of: call.user) else {
        throw ErrorAnswer.keyNotFound
    }
    return Response.ok
}
