import Foundation
import Testing

/// What an outlet's processes leave behind when they are killed, the disk fails, or many work at once. One at a time:
/// each takes all of a small machine.
@Suite(.serialized) struct Crashes {}

/// How much of everything: enough to notice a careless change; `scripts/soak crashes` asks for more.
enum Soak {
    static func count(_ name: String, or usual: Int) -> Int {
        ProcessInfo.processInfo.environment["OUTLET_SOAK_\(name)"].flatMap { Int($0) } ?? usual
    }

    /// What a soak reports, a line each.
    static func report(_ line: String) { print("soak: \(line)") }
}
