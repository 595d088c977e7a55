import Operations
import Synchronization

/// A settlement of all that is due, as the meter's loop does it.
final class Settling: Sendable {
    private final class Flag: Sendable {
        let isUp = Atomic(false)
    }

    private let end = Flag()
    private let work: Task<Void, any Error>

    init(_ meter: Meter) {
        work = Task { [end] in
            defer { end.isUp.store(true, ordering: .relaxed) }
            try await meter.settleGently()
        }
    }

    var isBusy: Bool { !end.isUp.load(ordering: .relaxed) }

    /// Ends it after the turn that it is at.
    func stop() async {
        work.cancel()
        _ = await work.result
    }
}
