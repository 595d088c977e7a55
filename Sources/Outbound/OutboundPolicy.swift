/// Where a client may reach, and how long and how large an exchange may be.
package struct OutboundPolicy: Sendable {
    package enum Reach: Hashable, Sendable {
        case publicAddresses  // What a name resolves to is held to this, so that no name leads inside.
        case privateAddresses  // These, those of private networks, and this machine's own.
        case unixSocket(path: String)  // Whatever the URL names.
    }

    package var reach: Reach
    package var connectWithin: Duration  // TLS included.
    package var within: Duration  // From sending to the last byte of the answer.
    package var largestBody: Int  // Bytes of an answer.
    package var caFile: String?  // PEM; then nobody else is believed. Nil: the system's.
    package var clientCertificate: ClientCertificate?

    /// Files in PEM.
    package struct ClientCertificate: Sendable {
        package let certificateFile: String
        package let keyFile: String

        package init(certificateFile: String, keyFile: String) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    package init(
        reach: Reach = .publicAddresses, connectWithin: Duration = .seconds(5),
        within: Duration = .seconds(15),
        largestBody: Int = 1 << 20, caFile: String? = nil, clientCertificate: ClientCertificate? = nil
    ) {
        self.reach = reach
        self.connectWithin = connectWithin
        self.within = within
        self.largestBody = largestBody
        self.caFile = caFile
        self.clientCertificate = clientCertificate
    }

    /// Why it takes no request to `url`; nil: it does. `http` to this machine has to be declared, as its address has.
    func fault(of url: OutboundURL) -> String? {
        !url.isSecure && reach == .publicAddresses ? "the address is not https" : nil
    }

    /// Whether a connection may be made to `address`, which a name stood for.
    func allows(_ address: NetworkAddress, secure: Bool) -> Bool {
        guard secure || address.zone == .loopback else { return false }
        return switch (reach, address.zone) {
        case (.publicAddresses, .global), (.privateAddresses, .global): true
        case (.privateAddresses, .privateNetwork), (.privateAddresses, .loopback): true
        case (.publicAddresses, _), (.privateAddresses, .never), (.unixSocket, _): false
        }
    }
}
