/// How often a launch of one model at one provider brought a pod.
package enum Reliability {
    /// Of so many of the newest tries.
    package static let triesCounted = 50
    /// Fewer say nothing.
    package static let triesNeeded = 5

    /// 0 to 1, in hundredths; nil while it is too early.
    package static func share(good: Int, of tries: Int) -> Double? {
        tries < triesNeeded ? nil : Double((good * 200 + tries) / (2 * tries)) / 100
    }
}
