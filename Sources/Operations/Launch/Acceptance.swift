import Domain
import Programs
import Providers
import Storage

/// Whether a pod that answers is the one that was promised.
enum Verdict: Sendable {
    case accepted(hostKeyFingerprint: String?)
    case notYet(String)  // It may still come up.
    case refused(LaunchTrouble, String)
}

extension Meter {
    /// Looks at a pod before its first second is billed: the host key where it is known, and where GPUs were promised
    /// their number, model and memory.
    func judge(
        _ attempt: Attempt, of rental: RentalRow, at endpoint: Endpoint, by provider: any Provider
    ) async throws -> Verdict {
        guard provider.gpuCheck != .none || endpoint.hostKeyFingerprint != nil else {
            return .accepted(hostKeyFingerprint: nil)
        }
        var hostKeys: [SSHPublicKey]
        do { hostKeys = try await probe.hostKeys(endpoint) } catch is SystemFault
            where provider.gpuCheck != .login
        {
            logger.warning("host key not compared: ssh-keyscan does not start; install openssh-client")
            return try await objectionByEngine(attempt, of: rental, by: provider)
                ?? .accepted(hostKeyFingerprint: endpoint.hostKeyFingerprint)
        }
        guard !hostKeys.isEmpty else { return .notYet("its SSH server shows no host key") }
        if let known = endpoint.hostKeyFingerprint {
            hostKeys.removeAll { $0.fingerprint != known }
            guard !hostKeys.isEmpty else {
                let words = "the SSH server shows another host key than the pod's"
                // A machine upstream is up before its boot script gives it its key.
                return provider.gpuCheck == .login ? .notYet(words) : .refused(.wrongHostKey, words)
            }
        }
        let seen = hostKeys.preferred.fingerprint
        let objection: Verdict? =
            switch provider.gpuCheck {
            case .none, .engine: try await objectionByEngine(attempt, of: rental, by: provider)
            case .login: try await objectionByLogin(attempt, of: rental, at: endpoint, showing: hostKeys)
            }
        return objection ?? .accepted(hostKeyFingerprint: seen)
    }

    private func objectionByEngine(
        _ attempt: Attempt, of rental: RentalRow, by provider: any Provider
    ) async throws -> Verdict? {
        guard provider.gpuCheck == .engine,
            let gpus = try await provider.gpus(label: attempt.label, upstreamID: attempt.upstreamID)
        else { return nil }
        return try promise(of: attempt, rental).complaint(about: gpus).map { .refused(.wrongHardware, $0) }
    }

    /// Nil when the pod is as promised, and the key that looked is gone from it.
    private func objectionByLogin(
        _ attempt: Attempt, of rental: RentalRow, at endpoint: Endpoint, showing hostKeys: [SSHPublicKey]
    ) async throws -> Verdict? {
        let key = OneTimeKey(label: attempt.label, of: context.environment.secretKey)
        let text = try await probe.run(endpoint, hostKeys, key, PodScript.look)
        guard text.contains(PodScript.isIn) else { return .notYet("nobody can sign in") }
        let gpus = SeenGPU.all(in: text)
        guard !gpus.isEmpty else { return .notYet("its driver shows no GPU") }
        if let complaint = try promise(of: attempt, rental).complaint(about: gpus) {
            return .refused(.wrongHardware, complaint)
        }
        let removal = try await probe.run(endpoint, hostKeys, key, PodScript.forget(key))
        return removal.contains(PodScript.isForgotten) ? nil : .notYet("the outlet's own key stays in it")
    }

    private func promise(of attempt: Attempt, _ rental: RentalRow) throws -> PromisedGPUs {
        let listing = try context.database.read { try $0.listing(attempt.listing) }
        return PromisedGPUs(family: rental.family, vramGB: listing?.vramGB ?? 0, count: rental.gpuCount)
    }
}

/// What is run in a pod, by whatever shell its user has.
enum PodScript {
    static let isIn = "outlet: signed in"
    static let isForgotten = "outlet: key removed"

    /// The driver's program lies in one of these where a login without a terminal does not find it.
    static let look = """
        echo '\(isIn)'; PATH="$PATH:/usr/local/bin:/usr/bin:/usr/local/nvidia/bin:/opt/bin"; export PATH; \
        nvidia-smi --query-gpu=name,memory.total --format=csv,noheader,nounits
        """

    /// Takes the line with the key out of the file that let it in. The file keeps its owner and mode, and a full disk
    /// leaves it as it was.
    static func forget(_ key: OneTimeKey) -> String {
        """
        f="$HOME/.ssh/authorized_keys"; umask 077; grep -vF '\(key.blob)' "$f" > "$f.outlet"; \
        [ $? -le 1 ] && cat "$f.outlet" > "$f"; rm -f "$f.outlet"; \
        grep -qF '\(key.blob)' "$f" || echo '\(isForgotten)'
        """
    }
}

extension [SSHPublicKey] {
    /// The one that clients ask for first; not of none.
    fileprivate var preferred: SSHPublicKey { first { $0.algorithm == .ed25519 } ?? self[0] }
}
