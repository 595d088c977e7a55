"""Stripe's objects, with the fields that a top-up meets. Times are Unix seconds, amounts whole cents."""

import secrets
import time

API_VERSION = "2026-10-28.endive"


def new_id(prefix):
    return f"{prefix}_{secrets.token_hex(12)}"


def _object(kind, prefix, **fields):
    return {"id": new_id(prefix), "object": kind, "created": int(time.time()), "livemode": False, **fields}


def customer(given):
    return _object(
        "customer", "cus", email=given.get("email"), name=given.get("name"),
        description=given.get("description"), metadata=given.get("metadata", {}),
        invoice_settings={
            "custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None})


def checkout_session(given, base_url, amount):
    now = int(time.time())
    made = _object(
        "checkout.session", "cs_test", mode=given["mode"], status="open",
        payment_status="no_payment_required" if given["mode"] == "setup" else "unpaid",
        amount_total=amount, amount_subtotal=amount, currency="usd" if amount is not None else given.get("currency"),
        customer=given.get("customer"), client_reference_id=given.get("client_reference_id"),
        customer_email=given.get("customer_email"), metadata=given.get("metadata", {}),
        success_url=given.get("success_url"), cancel_url=given.get("cancel_url"),
        expires_at=int(given.get("expires_at", now + 86_400)), payment_intent=None, setup_intent=None,
        payment_method_types=["card"], payment_method_options={}, custom_fields=[], shipping_options=[],
        automatic_tax={"enabled": False, "liability": None, "status": None},
        custom_text={"after_submit": None, "shipping_address": None, "submit": None,
                     "terms_of_service_acceptance": None})
    return {**made, "url": f"{base_url}/pay/{made['id']}"}


def payment_method(number, card, given):
    return _object(
        "payment_method", "pm", type="card", customer=None, metadata={},
        billing_details={
            "address": {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None,
                        "state": None},
            "email": given.get("email"), "name": None, "phone": None},
        card={
            "brand": card.brand, "checks": None, "country": "US", "exp_month": int(given["exp_month"]),
            "exp_year": int(given["exp_year"]), "fingerprint": f"fp{number[-8:]}", "funding": "credit",
            "generated_from": None, "last4": number[-4:], "networks": None,
            "three_d_secure_usage": {"supported": True}, "wallet": None})


def payment_intent(given):
    made = _object(
        "payment_intent", "pi", amount=int(given["amount"]), amount_received=0, amount_capturable=0,
        currency=given["currency"], customer=given.get("customer"), description=given.get("description"),
        metadata=given.get("metadata", {}), payment_method=given.get("payment_method"), status="requires_payment_method",
        capture_method="automatic", confirmation_method="automatic", payment_method_types=["card"],
        payment_method_options={}, latest_charge=None, last_payment_error=None, next_action=None,
        canceled_at=None, cancellation_reason=None, receipt_email=given.get("receipt_email"),
        setup_future_usage=given.get("setup_future_usage"))
    return {**made, "client_secret": f"{made['id']}_secret_{secrets.token_hex(8)}"}


def setup_intent(given):
    made = _object(
        "setup_intent", "seti", customer=given.get("customer"), description=given.get("description"),
        metadata=given.get("metadata", {}), payment_method=given.get("payment_method"), payment_method_types=["card"],
        payment_method_options={}, status="requires_payment_method", usage=given.get("usage", "off_session"),
        last_setup_error=None, latest_attempt=None, next_action=None, cancellation_reason=None)
    return {**made, "client_secret": f"{made['id']}_secret_{secrets.token_hex(8)}"}


def charge(intent, method, base_url, failure=None):
    made = _object(
        "charge", "ch", amount=intent["amount"], amount_captured=0 if failure else intent["amount"],
        amount_refunded=0, currency=intent["currency"], captured=failure is None, paid=failure is None,
        status="failed" if failure else "succeeded", refunded=False, disputed=False,
        customer=intent["customer"], payment_intent=intent["id"], payment_method=method["id"],
        description=intent["description"], metadata=intent["metadata"], billing_details=method["billing_details"],
        failure_code=failure.code if failure else None, failure_message=failure.message if failure else None)
    return {**made, "receipt_url": None if failure else f"{base_url}/receipts/{made['id']}"}


def refund(charge, amount, status, given):
    """The one kind that does not say whether it is live."""
    made = _object(
        "refund", "re", amount=amount, charge=charge["id"], currency=charge["currency"],
        payment_intent=charge["payment_intent"], metadata=given.get("metadata", {}), reason=given.get("reason"),
        receipt_number=None, status=status)
    del made["livemode"]
    return made


def dispute(charge, reason):
    return _object(
        "dispute", "dp", amount=charge["amount"], balance_transactions=[], charge=charge["id"],
        currency=charge["currency"], evidence={},
        evidence_details={"due_by": int(time.time()) + 7 * 86_400, "has_evidence": False, "past_due": False,
                          "submission_count": 0},
        is_charge_refundable=False, metadata={}, payment_intent=charge["payment_intent"], reason=reason,
        status="needs_response")


def event(kind, about, request_id=None, idempotency_key=None):
    return _object(
        "event", "evt", type=kind, api_version=API_VERSION, pending_webhooks=1, data={"object": about},
        request={"id": request_id, "idempotency_key": idempotency_key})


def page_of(items, url, limit):
    return {"object": "list", "url": url, "data": items[:limit], "has_more": len(items) > limit}
