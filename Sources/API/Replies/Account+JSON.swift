import Domain
import Operations

extension SignedIn: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("user") { json in
                json.object { json in
                    json.field("id", user.id)
                    json.field("email", user.email)
                    json.field("createdAt", user.createdAt)
                }
            }
            json.field("expiresAt", expiresAt)
        }
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
