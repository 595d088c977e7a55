import Domain
import Operations

extension LimitsView: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            own.writeFields(to: &json)
            json.field("spendAlertsCents", alerts)
            json.field("operator") { json in json.object(operators.writeFields) }
            json.field("current") { json in
                json.object { json in
                    json.field("burnPerHourCents", spending.burnPerHour)
                    json.field("spentThisMonthCents", spending.spentThisMonth)
                    json.field("reservedCents", spending.reserved)
                    json.field("pods", spending.pods)
                    json.field("monthEndsAt", monthEndsAt)
                }
            }
        }
    }
}

extension SpendingLimits {
    fileprivate func writeFields(to json: inout JSONWriter) {
        json.field(named: LimitBreach.Limit.burnPerHour.rawValue) { burnPerHour.write(to: &$0) }
        json.field(named: LimitBreach.Limit.spendPerMonth.rawValue) { spendPerMonth.write(to: &$0) }
        json.field(named: LimitBreach.Limit.pods.rawValue) { pods.write(to: &$0) }
    }
}

extension LimitBreach: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("limit", limit.rawValue)
            json.field("setBy", setBy.rawValue)
            json.field("maximum", maximum)
            json.field("current", current)
            json.field("requested", requested)
        }
    }
}
