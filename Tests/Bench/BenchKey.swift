import Domain
import Foundation

/// Of the right shape; nobody signs in with it.
let benchKey: SSHPublicKey = {
    let blob: [UInt8] =
        [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 32] + [UInt8](repeating: 7, count: 32)
    return try! SSHPublicKey(line: "ssh-ed25519 " + Data(blob).base64EncodedString())
}()
