"""The hosted payment page: what the customer's browser sees between the outlet's page and its return."""

from html import escape

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Test payment</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }}
label {{ display: block; margin: .75rem 0 0 }} input {{ font: inherit; width: 100%; padding: .4rem; box-sizing: border-box }}
button {{ font: inherit; margin-top: 1.25rem; padding: .5rem 1rem }} [role=alert] {{ color: #b00020 }} .row {{ display: flex; gap: 1rem }}
</style></head><body><main>
<p><strong>Test payments.</strong> No card is charged and no money moves. This page stands in for Stripe's.</p>
<h1>{heading}</h1>{error}
<form method="post">
<label>Card number <input name="number" inputmode="numeric" autocomplete="off" value="4242 4242 4242 4242" required></label>
<div class="row">
<label>Month <input name="exp_month" inputmode="numeric" value="12" required></label>
<label>Year <input name="exp_year" inputmode="numeric" value="2034" required></label>
<label>CVC <input name="cvc" inputmode="numeric" value="123" required></label></div>
<button>{button}</button>
</form>
<p><a href="{cancel}">Cancel and go back</a></p>
<p>4000 0000 0000 0002 is declined; 4000 0000 0000 0341 can be saved and is declined later.</p>
</main></body></html>"""

_CLOSED = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Closed</title></head>
<body><main><h1>This payment page is closed</h1><p>It was paid, has expired, or never was.</p></main></body></html>"""


def payment_page(session, error=None):
    saving = session["mode"] == "setup"
    amount = f"${(session['amount_total'] or 0) / 100:,.2f}"
    return _PAGE.format(
        heading="Save a card" if saving else f"Pay {amount}", button="Save card" if saving else f"Pay {amount}",
        cancel=escape(session["cancel_url"] or session["success_url"] or "/"),
        error=f'<p role="alert">{escape(error)}</p>' if error else "")


def closed_page():
    return _CLOSED
