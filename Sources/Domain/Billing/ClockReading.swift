/// The machine's clocks at one moment. Milliseconds; `bootID` changes with every boot.
package struct ClockReading: Hashable, Sendable {
    package let realtime: Int64  // Since 1970; may be stepped.
    package let boottime: Int64  // Since boot, suspend included; never steps.
    package let bootID: String

    package init(realtime: Int64, boottime: Int64, bootID: String) {
        self.realtime = realtime
        self.boottime = boottime
        self.bootID = bootID
    }
}
