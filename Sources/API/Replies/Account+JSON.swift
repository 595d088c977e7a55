import Domain
import Operations

extension SignedIn: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("user", user)
            json.field("expiresAt", expiresAt)
        }
    }
}

extension UserView: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("email", email)
            json.field("createdAt", createdAt)
        }
    }
}

extension TokenHolder: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("user", user)
            json.field("expiresAt", token.expiresAt)
            json.field("scopes", token.scopes.inOrder.map(\.rawValue))
        }
    }
}

extension TokenView: JSONWritable {
    func write(to json: inout JSONWriter) { json.object(writeFields) }

    func writeFields(to json: inout JSONWriter) {
        json.field("id", id)
        json.field("name", name)
        json.field("scopes", scopes.inOrder.map(\.rawValue))
        json.field("createdAt", createdAt)
        json.field("expiresAt", expiresAt)
        json.field("lastUsedAt", usedAt)
        json.field("lastUsedFrom", usedFrom)
    }
}

extension SSHKeyView: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("name", name)
            json.field("fingerprint", fingerprint)
            json.field("algorithm", algorithm)
            json.field("createdAt", createdAt)
        }
    }
}
