import CFastCGI
import Glibc

/// One thread's place at a listening socket. The kernel wakes one of the threads that wait for each connection
/// (EPOLLEXCLUSIVE); from poll(2) every connection wakes all of them, which took longer than most requests.
final class Doorway {
    private let listener: FastCGIListener
    private let stop: StopSignal
    private let watch: Int32

    /// - Throws: `FastCGIFault` when the system has no descriptors left.
    init(_ listener: FastCGIListener, until stop: StopSignal) throws {
        self.listener = listener
        self.stop = stop
        watch = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard watch >= 0 else { throw FastCGIFault.system("cannot wait for connections") }
        try add(stop.descriptor, for: EPOLLIN.rawValue)
        try add(listener.descriptor, for: EPOLLIN.rawValue | EPOLLEXCLUSIVE.rawValue)
    }

    deinit { close(watch) }

    /// The next connection; nil once the stop is set, after which one that waits is left to others. Under load there is
    /// one already, so it is asked for before anything is waited for.
    func next() throws -> Int32? {
        repeat {
            do {
                if let connection = try beforeSleep(listener.accept) { return connection }
            } catch {
                if stop.isSet() { return nil }  // The server closed it in between.
                throw error
            }
        } while untilReady()
        return nil
    }

    /// Waits for a connection; false when it is to stop.
    private func untilReady() -> Bool {
        var ready = (epoll_event(), epoll_event())
        return withUnsafeMutableBytes(of: &ready) { ready in
            let events = ready.bindMemory(to: epoll_event.self)
            var count: Int32
            repeat { count = epoll_wait(watch, events.baseAddress, 2, -1) } while count <= 0  // A signal.
            return !events.prefix(Int(count)).contains { $0.data.fd == stop.descriptor }
        }
    }

    private func add(_ descriptor: Int32, for events: UInt32) throws {
        var event = epoll_event(events: events, data: epoll_data_t(fd: descriptor))
        guard epoll_ctl(watch, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
            throw FastCGIFault.system("cannot wait at \(listener.name)")
        }
    }
}
