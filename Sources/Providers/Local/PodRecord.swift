import Foundation

/// `order.json`: what a pod was made for. Written before anything is started.
struct PodNote: Codable, Hashable {
    let label: String
    let offerKey: String
    let uid: UInt32
    let hostKey: String  // `type base64`, the public half.
    let hostKeyFingerprint: String
}

/// `pod.json`: what runs, as its keeper wrote it before it began to listen.
struct PodRecord: Codable, Hashable {
    let bootID: String
    let keeper: Int32
    let keeperStart: UInt64
    let leader: Int32
    let leaderStart: UInt64
    let pidOne: Int32
    let port: Int
    let uid: UInt32

    var keeperProcess: ProcessIdentity { ProcessIdentity(pid: keeper, start: keeperStart) }
    var leaderProcess: ProcessIdentity { ProcessIdentity(pid: leader, start: leaderStart) }

    /// Both are needed: without the leader there is no pod, without the keeper nobody answers.
    var isAlive: Bool { bootID == ProcessIdentity.bootID && keeperProcess.isAlive && leaderProcess.isAlive }
}
