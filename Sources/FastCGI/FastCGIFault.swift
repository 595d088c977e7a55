import Glibc

/// A fault of the world around the responder's socket: what was being done, and why it failed.
package struct FastCGIFault: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }

    /// The failed system call's own reason; read `errno` before anything else can change it.
    static func system(_ action: String, _ code: Int32 = errno) -> FastCGIFault {
        FastCGIFault("\(action): \(String(cString: strerror(code)))")
    }
}
