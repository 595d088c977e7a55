import Domain
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

@testable import Configuration
@testable import Providers

/// A provider that the tests have in hand: it keeps pods, speaks one provider's API, and fails as it is told to.
final class FakeCloud: Sendable {
    enum Operation: String, Sendable {
        case offers, create, list, get, delete, log, file, money, renew, keys, other
    }

    /// What one pod is doing, in no provider's words.
    enum Stage: Hashable, Sendable {
        case pending
        case runningWithoutPort
        case running(host: String, port: Int)
        case failed
        case word(String)
        case gone
    }

    struct Pod: Sendable {
        let id: String
        var label: String?
        let offer: [String: String]  // As the create request named it.
        var stage: Stage
        var expiry: String?
    }

    enum Fault: Sendable {
        case reply(Int, headers: [String: String] = [:], body: String)
        case noCapacity
        case dropBefore  // Nothing is done, and nothing answered.
        case dropAfter  // It is done, and nothing answered.
        case silenceAfter
        case cutAnswer  // It is done, and half of the answer comes.
        case changed(@Sendable (JSON) -> JSON)  // It is done, and this is made of the answer.
    }

    struct State {
        var pods: [Pod] = []
        var faults: [(Operation, Fault)] = []
        var requests: [(operation: Operation, request: FakeServer.Request, reply: FakeServer.Reply)] = []
        var price: JSON?  // In place of the usual one.
        var made = 0
        var pageSize = 25
    }

    let speech: any CloudSpeech
    let state: Mutex<State>
    let server: FakeServer

    init(_ speech: any CloudSpeech) throws {
        self.speech = speech
        state = Mutex(State())
        let door = Door()
        server = try FakeServer { request in door.cloud?.answer(request) ?? .drop }
        door.cloud = self
    }

    func answer(_ request: FakeServer.Request) -> FakeServer.Reply {
        state.withLock { state in
            let operation = speech.operation(of: request)
            var fault: Fault?
            if let index = state.faults.firstIndex(where: { $0.0 == operation }) {
                fault = state.faults.remove(at: index).1
            }
            let reply = reply(to: request, operation, fault, &state)
            state.requests.append((operation, request, reply))
            return reply
        }
    }

    private func reply(
        to request: FakeServer.Request, _ operation: Operation, _ fault: Fault?, _ state: inout State
    ) -> FakeServer.Reply {
        switch fault {
        case .dropBefore: return .drop
        case .noCapacity: return speech.noCapacity
        case .reply(let status, let headers, let body):
            return .answer(status, headers: headers, body: body)
        case .dropAfter, .silenceAfter, .cutAnswer, .changed, nil: break
        }
        let reply = speech.answer(operation, request, &state, server.url)
        switch (fault, reply) {
        case (.dropAfter, _): return .drop
        case (.silenceAfter, _): return .silence
        case (.cutAnswer, .answer(let status, let headers, let body)):
            return .answer(status, headers: headers, body: String(body.prefix(body.count / 2)))
        case (.changed(let change), .answer(let status, let headers, let body)):
            guard let value = JSON(Array(body.utf8)) else { return reply }
            return .answer(status, headers: headers, body: change(value).written)
        default: return reply
        }
    }

    /// The next call of this kind fails so.
    func next(_ operation: Operation, _ fault: Fault) {
        state.withLock { $0.faults.append((operation, fault)) }
    }

    func count(_ operation: Operation) -> Int {
        state.withLock { $0.requests.count { $0.operation == operation } }
    }

    func set(_ label: String, _ stage: Stage) {
        state.withLock { state in
            for index in state.pods.indices where state.pods[index].label == label {
                state.pods[index].stage = stage
            }
        }
    }
}

/// The server has to be there before the cloud that it serves.
private final class Door: @unchecked Sendable {
    private let lock = NSLock()
    private weak var held: FakeCloud?
    var cloud: FakeCloud? {
        get { lock.withLock { held } }
        set { lock.withLock { held = newValue } }
    }
}

/// How one provider speaks: which call is which, and what is answered.
protocol CloudSpeech: Sendable {
    var kind: CloudKind { get }
    var noCapacity: FakeServer.Reply { get }
    var offerKey: String { get }  // Of one offer that it has.
    var usualCost: HourlyCost { get }  // What that offer costs the outlet.
    func operation(of request: FakeServer.Request) -> FakeCloud.Operation
    func answer(
        _ operation: FakeCloud.Operation, _ request: FakeServer.Request, _ state: inout FakeCloud.State,
        _ url: String
    ) -> FakeServer.Reply
    func provider(_ cloud: CloudSettings, _ hostKeys: HostKeys, _ clock: CloudClock) -> any CloudProvider
}

extension CloudSpeech {
    static func reply(_ value: JSON, status: Int = 200) -> FakeServer.Reply {
        .answer(status, headers: ["Content-Type": "application/json"], body: value.written)
    }

    /// Adds a pod as a create does; the answer's id is unique.
    static func make(
        _ label: String?, _ offer: [String: String], id: (Int) -> String, in state: inout FakeCloud.State
    ) -> FakeCloud.Pod {
        state.made += 1
        let pod = FakeCloud.Pod(id: id(state.made), label: label, offer: offer, stage: .pending)
        state.pods.append(pod)
        return pod
    }
}

enum CloudKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case runpod, vast, lambda, shadeform

    var testDescription: String { rawValue }

    var speech: any CloudSpeech {
        switch self {
        case .runpod: RunPodSpeech()
        case .vast: VastSpeech()
        case .lambda: LambdaSpeech()
        case .shadeform: ShadeformSpeech()
        }
    }
}
