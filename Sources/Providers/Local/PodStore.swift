import Configuration
import Foundation
import Programs

/// All pods under one folder. Not for two threads at once: slots, uids and folders are counted, then taken.
struct PodStore {
    let machine: LocalMachine
    private let keepers = Children()

    init(machine: LocalMachine) { self.machine = machine }

    var directory: String { machine.podsDirectory }
    private var settings: LocalProviderSettings { machine.settings }

    func folder(_ label: String) -> PodFolder? { PodFolder(label: label, in: directory) }

    func folders(labelPrefix: String = "") throws -> [PodFolder] {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: directory) } catch {
            guard !FileManager.default.fileExists(atPath: directory) else { throw error }
            return []
        }
        return names.sorted().filter { $0.hasPrefix(labelPrefix) }.compactMap(folder)
    }

    /// The pods' folder must be passable for their uids, and shows nobody who rents.
    func prepare() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        chmod(directory, 0o711)
    }

    /// How many pods of each offer live, or may come to life yet.
    func occupied() throws -> [String: Int] {
        try folders().reduce(into: [:]) { counts, folder in
            guard let note = folder.note else { return }
            switch state(of: folder) {
            case .pending, .running, .unknown: counts[note.offerKey, default: 0] += 1
            case .failed, .gone: break
            }
        }
    }

    func state(of folder: PodFolder) -> PodState {
        let keeper = keepers.process(of: folder.path)
        guard let note = folder.note else { return .gone }
        if let record = folder.record {
            guard record.isAlive else { return .gone }
            return .running(
                Endpoint(
                    host: settings.host, port: record.port, user: "user",
                    hostKeyFingerprint: note.hostKeyFingerprint))
        }
        if keeper != nil || ProcessIdentity.working(for: folder.path).contains(where: \.isAlive) {
            return .pending
        }
        // Written while we looked for its keeper.
        guard folder.record == nil else { return state(of: folder) }
        let last = folder.logTail()?.split(whereSeparator: \.isNewline).last
        return last.map { .failed(reason: "The pod did not start: \($0)") } ?? .gone
    }

    /// Starts a pod; for a label that was used before, finds it again.
    /// - Throws: when nothing was started, and after removing what was made.
    func start(_ order: PodOrder, in folder: PodFolder) throws {
        let environment = try PodEnvironment(order.environment)
        guard order.authorizedKeys.allSatisfy({ key in !key.utf8.contains { $0 < 0x20 } }) else {
            throw ProviderFault.invalid("a control character in an SSH key")
        }
        guard let server = machine.server else { throw ProviderFault.transient("no SSH server for pods") }
        try prepare()
        let taken = try occupied()[order.offerKey, default: 0]
        guard let offer = settings.offers.first(where: { $0.key == order.offerKey }) else {
            throw ProviderFault.invalid("no such offer: \(order.offerKey)")
        }
        guard taken < offer.slots else { throw ProviderFault.noCapacity("all \(offer.slots) are taken") }
        guard try folder.make() else { return }
        do {
            let uid = try freeUID()
            try folder.fill(for: order, environment: environment, server: server, uid: uid)
            if LocalMachine.separatesUsers { try folder.hand(to: uid) }
            let keeper = try Command.detach(
                [
                    machine.keeperPath, folder.path, settings.network.rawValue, settings.bindAddress,
                    String(settings.firstPort), String(settings.lastPort), server.kind.rawValue, server.usr,
                    String(uid),
                ], log: folder.logPath)
            keepers.add(keeper, for: folder.path)
        } catch {
            try folder.wipe()
            throw error
        }
    }

    /// Kills everything of a pod: its keeper first, so that nothing is accepted any more.
    /// - Returns: whose end to await.
    func kill(_ folder: PodFolder) -> [ProcessIdentity] {
        let keeper = keepers.process(of: folder.path)
        var processes = [keeper].compactMap { $0 } + ProcessIdentity.working(for: folder.path)
        if let record = folder.record, record.bootID == ProcessIdentity.bootID {
            processes = [record.keeperProcess, record.leaderProcess] + processes
        }
        let inside = processes.filter(\.isAlive).flatMap { $0.children }
        for process in processes { process.kill() }
        return processes + inside
    }

    private func freeUID() throws -> UInt32 {
        guard LocalMachine.separatesUsers else { return geteuid() }
        let used = Set(try folders().compactMap { $0.note?.uid })
        var uid = UInt32(settings.firstUID)
        while used.contains(uid) { uid += 1 }
        return uid
    }
}

extension LocalProviderSettings.Offer {
    /// Names the offer for as long as the operator keeps it: `rtx-4090/US-East/1`.
    package var key: String { "\(family)/\(region)/\(gpuCount)" }
}
