/// How much of a request is taken. All in bytes unless said otherwise.
package enum RequestLimits {
    package static let parameters = 256  // How many.
    package static let parameterBytes = 64 * 1_024  // Names and values together.
    package static let headerBytes = 8 * 1_024  // One value.
    package static let targetBytes = 8 * 1_024
    package static let queryPairs = 100  // How many.

    /// The most that any path takes, so what a transport reads before it knows the path.
    package static let largestBody = 256 * 1_024

    /// How long a body the path takes: payment events carry whole objects, all else is small.
    package static func body(for path: [String]) -> Int {
        switch path {
        case ["v1", "webhooks", "stripe"], ["api", "v1", "webhooks", "stripe"]: largestBody
        default: 64 * 1_024
        }
    }
}
