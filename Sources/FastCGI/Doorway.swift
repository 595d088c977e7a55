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

    /// The next connection; nil once the stop is set. A connection that waits is left to others after that.
    func next() throws -> Int32? {
        var ready = [epoll_event](repeating: epoll_event(), count: 2)
        while true {
            let count = epoll_wait(watch, &ready, 2, -1)
            guard count > 0 else { continue }  // A signal.
            if ready.prefix(Int(count)).contains(where: { $0.data.fd == stop.descriptor }) { return nil }
            do {
                if let connection = try listener.accept() { return connection }
            } catch {
                if stop.isSet() { return nil }  // The server closed it in between.
                throw error
            }
        }
    }

    private func add(_ descriptor: Int32, for events: UInt32) throws {
        var event = epoll_event(events: events, data: epoll_data_t(fd: descriptor))
        guard epoll_ctl(watch, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
            throw FastCGIFault.system("cannot wait at \(listener.name)")
        }
    }
}
