import Foundation
import Glibc

/// A port that greets as an SSH server does, for as long as the tests run.
package enum BannerServer {
    package static let port: Int = {
        let port = (try? FreePort.next()) ?? 0
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(bound == 0 && listen(listener, 128) == 0, "the test's port is free")
        Thread.detachNewThread {
            while true {
                let caller = accept(listener, nil, nil)
                guard caller >= 0 else { continue }
                _ = send(caller, "SSH-2.0-Fake\r\n", 14, Int32(MSG_NOSIGNAL))
                close(caller)
            }
        }
        return port
    }()
}
