import Configuration
import Domain
import Foundation
import Providers
import Storage

extension Meter {
    /// Asks the provider for the pod of one attempt, exactly once. What is not known afterwards is found by its label.
    func allocate(_ effect: Effect) async throws {
        guard let (attempt, order, isNew) = try send(effect), let provider = providers[attempt.provider]
        else { return }
        let creation =
            isNew ? await provider.create(order) : try await find(attempt, at: provider, tries: effect.tries)
        switch creation {
        case .created(let upstreamID): try created(attempt, effect, upstreamID: upstreamID)
        case .refused(let fault): try refused(attempt, effect, by: fault)
        case .unknown(let reason):
            logger.warning(
                "create answered nothing", metadata: ["label": "\(attempt.label)", "reason": "\(reason)"])
            try retry(effect, after: reconcileDelay(effect.tries), error: reason)
        }
        if case .created = creation { await awaitReadiness(of: attempt.rental) }
    }

    /// Marks the attempt as sent before it is: after a crash nobody sends it again. Nil when there is nothing to do.
    private func send(_ effect: Effect) throws -> (Attempt, PodOrder, isNew: Bool)? {
        try write { transaction, now in
            let attempt = try transaction.attempt(effect.attempt)!
            let rental = try transaction.rental(effect.rental)!
            let isNew = attempt.outcome == .pending
            if isNew, rental.status != .provisioning {
                try transaction.setOutcome(
                    .refused, of: attempt.number, error: "not sent: the rental had ended", endedAt: now)
                try transaction.finish(effect, at: context.nowMilliseconds(in: transaction))
                try stopIfNothingIsLeft(rental.id, in: transaction)
                return nil
            }
            guard let provider = providers[attempt.provider] else {
                throw ProviderFault.invalid("provider \(attempt.provider) is not configured")
            }
            if isNew {
                try transaction.setOutcome(.unknown, of: attempt.number)
                if provider.provisionDeadline > provisionLimit {
                    try transaction.extendDeadline(
                        of: rental.id, to: now + provider.provisionDeadline, at: now)
                }
            }
            return (attempt, try order(for: attempt, of: rental, at: provider, in: transaction), isNew)
        }
    }

    private func order(
        for attempt: Attempt, of rental: RentalRow, at provider: any Provider, in session: any ReadSession
    ) throws -> PodOrder {
        let template = context.settings.templates.first { $0.id == rental.templateID }
        let startup = try session.startup(of: rental.id)
        let script = [template?.bootScript, startup.script].compactMap(\.self).filter { !$0.isEmpty }
        let environment = try? JSONDecoder().decode(
            [String: String].self, from: Data(startup.environment.utf8))
        // As long as it may take to answer, and an hour for a pod whose clock is wrong.
        let lookKey = LookKey(
            line: OneTimeKey(label: attempt.label, of: context.environment.secretKey).line,
            until: attempt.startedAt + provider.provisionDeadline + .hour)
        return PodOrder(
            label: attempt.label, offerKey: attempt.offerKey,
            authorizedKeys: startup.authorizedKeys.split(separator: "\n").map(String.init),
            lookKey: provider.gpuCheck == .login ? lookKey : nil, environment: environment ?? [:],
            bootScript: script.joined(separator: "\n"),
            image: template?.image ?? "", maxCost: try session.cost(of: attempt.number)?.quoted.withTolerance,
            expiresAt: attempt.startedAt + upstreamTerm)
    }

    /// Looks for a create whose answer was lost. Absent at every look over a minute is absent.
    private func find(_ attempt: Attempt, at provider: any Provider, tries: Int) async throws -> Creation {
        let pods = try await provider.list(labelPrefix: attempt.label).filter { $0.label == attempt.label }
        if let pod = pods.first { return .created(upstreamID: pod.upstreamID) }
        let age = try context.database.read { try context.now(in: $0) } - attempt.startedAt
        return tries >= 3 && age >= .minute
            ? .refused(.transient("the provider never made it")) : .unknown("not found by its label yet")
    }

    /// 5, 15, 60 s after the create.
    private func reconcileDelay(_ tries: Int) -> Seconds {
        [Seconds(5), Seconds(10), Seconds(45)][min(tries, 2)]
    }

    private func created(_ attempt: Attempt, _ effect: Effect, upstreamID: String) throws {
        try write { transaction, now in
            let now = try context.nowMilliseconds(in: transaction)
            try transaction.setOutcome(.created, of: attempt.number, upstreamID: upstreamID)
            try transaction.keepExpiry(attempt.startedAt + upstreamTerm, of: attempt.number)
            // Nobody else is offered it until the provider is asked again.
            if try transaction.takeOne(of: attempt.listing) == 0 { try transaction.bumpCatalogVersion() }
            try transaction.finish(effect, at: now)
            // It may have ended meanwhile: then its pod goes on sight.
            if try transaction.rental(attempt.rental)!.status != .provisioning {
                try transaction.order(.terminate, rental: attempt.rental, attempt: attempt.number, at: now)
            }
        }
    }

    /// Certainly nothing was made: the next listing that fits, or the end.
    private func refused(_ attempt: Attempt, _ effect: Effect, by fault: ProviderFault) throws {
        try write { transaction, now in
            try transaction.setOutcome(.refused, of: attempt.number, error: fault.description, endedAt: now)
            try transaction.finish(effect, at: context.nowMilliseconds(in: transaction))
            let rental = try transaction.rental(attempt.rental)!
            guard rental.status == .provisioning else {
                return try stopIfNothingIsLeft(rental.id, in: transaction)
            }
            try blame(attempt, for: fault.trouble, fault.description, at: now, in: transaction)
            try context.record(.attempt, of: rental, "\(attempt.provider): \(fault)", in: transaction)
            try goOn(rental, after: fault.description, at: now, in: transaction)
        }
        context.environment.ringBell()
    }
}
