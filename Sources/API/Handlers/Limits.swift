import Domain
import HTTP
import Operations

@Sendable func showLimits(_ call: Call) throws -> Response {
    Response.json(try call.context.limits(of: call.user))
}

/// `PUT`: the limits are as in the body; what is not there is not limited. A body that got lost would lift them all.
@Sendable func setLimits(_ call: Call) throws -> Response {
    guard !call.request.body.isEmpty else { throw ErrorAnswer.badRequest("The body is missing.") }
    let fields = try Fields(
        call.request, known: LimitBreach.Limit.allCases.map(\.rawValue) + ["spendAlertsCents"])
    let amounts: ClosedRange<Int64> = 0...100_000_000_000
    let own = SpendingLimits(
        burnPerHour: try fields.integer(LimitBreach.Limit.burnPerHour.rawValue, in: amounts).map {
            Cents($0)
        },
        spendPerMonth: try fields.integer(LimitBreach.Limit.spendPerMonth.rawValue, in: amounts).map {
            Cents($0)
        },
        pods: try fields.integer(LimitBreach.Limit.pods.rawValue, in: 0...1_000_000).map { Int($0) })
    let alerts = try fields.integers("spendAlertsCents", in: 1...amounts.upperBound, limit: 10) ?? []
    return Response.json(try call.context.setLimits(own, alerts: alerts.map { Cents($0) }, of: call.user))
}
