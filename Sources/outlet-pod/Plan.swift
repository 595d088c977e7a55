import Glibc

/// What the provider asks of the keeper, in the order of its arguments. Nothing here is secret.
struct Plan {
    let directory: String  // The pod's folder, absolute: holds m/, etc/, home/, boot.sh.
    let network: String  // own, host
    let address: String  // Where to listen, numeric.
    let ports: ClosedRange<Int>
    let server: String  // openssh, dropbear
    let usr: String  // As in `podInitScript`.
    let uid: uid_t

    init?(_ arguments: [String]) {
        guard arguments.count == 9, arguments[1].hasPrefix("/"), ["own", "host"].contains(arguments[2]),
            let first = Int(arguments[4]), let last = Int(arguments[5]), 0 < first, first <= last,
            last < 65_536,
            ["openssh", "dropbear"].contains(arguments[6]), let uid = uid_t(arguments[8])
        else { return nil }
        directory = arguments[1]
        network = arguments[2]
        address = arguments[3]
        ports = first...last
        server = arguments[6]
        usr = arguments[7]
        self.uid = uid
    }

    var serverCommand: [String] {
        server == "openssh"
            ? ["/usr/sbin/sshd", "-i", "-e"] : ["/usr/sbin/dropbear", "-i", "-s", "-r", "/etc/ssh/dbkey"]
    }
}
