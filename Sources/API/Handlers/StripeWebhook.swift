import HTTP
import Operations
import Payments

/// `POST /v1/webhooks/stripe`: Stripe tells what happened. Only its signature counts, and the reply is sent once what it
/// says is in the books for good: anything but a 2xx, and Stripe sends it again.
@Sendable func takeStripeEvent(_ call: Call) throws -> Response {
    let access = try call.cards().access
    do throws(WebhookSignature.Refusal) {
        let signature = try WebhookSignature(header: call.request.header("stripe-signature") ?? "")
        try signature.verify(
            call.request.body, secrets: access.webhookSecrets,
            now: call.context.environment.clocks().realtime / 1_000)
    } catch {
        call.logger.warning(
            "webhook refused", metadata: ["reason": "\(error)", "requestId": "\(call.request.requestID)"])
        throw ErrorAnswer(
            status: 400, code: "invalid_signature", message: "The signature does not fit this message.")
    }
    guard let event = StripeEvent(json: call.request.body) else {
        throw ErrorAnswer.badRequest("The body is no event.")
    }
    if event.news != nil, event.apiVersion != StripeAccess.apiVersion {
        call.logger.warning(
            "webhook of another version",
            metadata: ["version": "\(event.apiVersion ?? "none")", "wanted": "\(StripeAccess.apiVersion)"])
    }
    let stripe = call.context.acting(as: Actor("stripe", requestID: call.request.requestID))
    let receipt = try stripe.take(event, isLive: access.mode == .live)
    call.logger.info(
        "stripe event",
        metadata: ["event": "\(event.id)", "type": "\(event.type)", "receipt": "\(receipt)"])
    return Response.json { json in
        json.field("received", true)
        if receipt == .duplicate { json.field("duplicate", true) }
    }
}
