import Domain
import Operations

extension RentalView: JSONWritable {
    func write(to json: inout JSONWriter) { json.object(writeFields) }

    func writeFields(to json: inout JSONWriter) {
        json.field("id", row.id)
        json.field("name", row.name)
        json.field("status", row.status.rawValue)
        json.field("familyId", row.family)
        json.field("gpuCount", row.gpuCount)
        json.field("pricePerHourCents", row.rate)
        json.field("host", host)
        json.field("port", port)
        json.field("region", row.region)
        json.field("startedAt", row.askedAt)
        json.field("stoppedAt", row.endsAt)
        json.field("totalChargedCents", totalCharged)
        json.field("runningSince", row.runningAt)
        json.field("autoStopAt", row.autoStopAt)
        json.field("templateId", row.templateID)
        json.field("provider", row.provider)
        json.field("error", error)
        json.field("stopReason", row.stopReason?.rawValue)
        json.field("sshCommand", write: writeSSHCommand)
        json.field("hostKeyFingerprint", row.hostKeyFingerprint)
    }

    /// What to paste into a terminal; nil unless there is a pod that answers.
    private func writeSSHCommand(to json: inout JSONWriter) {
        guard let host, let port, let sshUser = row.sshUser else { return json.literal("null") }
        json.string { json in
            json.piece("ssh -p ")
            json.piece(Int64(port))
            json.piece(" ")
            json.piece(sshUser)
            json.piece("@")
            json.piece(host)
        }
    }
}

extension AttemptView: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("listingId", listing)
            json.field("providerCode", provider)
            json.field("pricePerHourCents", price)
            json.field("outcome", outcome)
            json.field("error", error)
            json.field("startedAt", startedAt)
            json.field("endedAt", endedAt)
        }
    }
}

extension MeterView: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("rentalId", rental)
            json.field("ratePerHour", Dollars(rate: rate))
            json.field("secondsBilled", seconds)
            json.field("currentChargeCents", charge)
            json.field("lastHeartbeatAt", lastHeartbeatAt)
            json.field("heldCents", held)
            json.field("settledCents", settled)
            json.field("exhaustsAt", exhaustsAt)
        }
    }
}

extension RentalEventView: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("type", type)
            json.field("at", at)
            json.field("message", message)
        }
    }
}

extension PreviewView: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("pricePerHourCents", price)
            json.field("estimatedProvisionSeconds", estimatedProvisionSeconds)
            json.field("matchedListing", listing)
            json.field("availableCents", available)
            json.field("runwaySeconds", runway)
            json.field("alternatives", alternatives)
            json.field("limitExceeded", breach)
        }
    }
}

extension StopView: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("status", RentalStatus.stopping.rawValue)
            json.field("finalChargedCents", finalCharged)
            json.field("refundedCents", refunded)
        }
    }
}
