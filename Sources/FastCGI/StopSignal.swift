import CFastCGI
import Glibc

/// A descriptor that becomes readable, and stays so, once the responder has to end. Every thread can wait for
/// it beside its other descriptors, so none sleeps through the end.
package struct StopSignal: Sendable {
    let descriptor: Int32

    /// SIGTERM and SIGINT, which are blocked from here on in this thread and those it starts. Made before any other.
    package static func onTermination() throws -> StopSignal {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let descriptor = signalfd(-1, &signals, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        guard descriptor >= 0 else { throw FastCGIFault.system("cannot wait for signals") }
        return StopSignal(descriptor: descriptor)
    }

    /// One that `send()` sets off.
    package static func manual() throws -> StopSignal {
        let descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else { throw FastCGIFault.system("cannot make an event descriptor") }
        return StopSignal(descriptor: descriptor)
    }

    package func send() { eventfd_write(descriptor, 1) }

    /// Whether it was set off, waiting up to `milliseconds`; -1 waits for ever.
    func isSet(within milliseconds: Int32 = 0) -> Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, milliseconds) > 0
    }
}
