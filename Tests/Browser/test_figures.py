"""Money on the pages: where it comes from, when it warns, and that the same figure stands everywhere."""

import re

import pytest

from test_modules import module


def asked(seen, path):
    return seen.page.evaluate("async (path) => (await fetch(path)).json()", path)


def dollars(cents):
    return f"${cents / 100:,.2f}"


@pytest.mark.parametrize("available, runway, level", [
    (10_000, None, ""), (500, None, ""), (499, None, "warning"), (0, None, "warning"), (10_000, 21_600, ""), (10_000, 21_599, "warning"),
    (10_000, 3_600, "warning"), (10_000, 3_599, "bad"), (100, 60, "bad"),
])
def test_the_wallet_warns_below_five_dollars_six_hours_and_one_hour(tab, available, runway, level):
    page, address = module(tab, "app/js/shell.js")
    call = "async ([address, balance]) => (await import(address)).levelOf(balance)"
    assert page.evaluate(call, [address, {"availableCents": available, "runwaySeconds": runway}]) == level


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_wallet_is_on_every_page_with_how_long_it_lasts_and_that_it_ends_there(tab, width):
    for path in ("/app", "/app/catalog", "/app/rentals", "/app/billing", "/app/keys", "/app/account"):
        seen = tab(f"{path}?mock=broke", width=width)
        pill = seen.page.locator(".pill")
        assert re.fullmatch(r"Available:\s+\$0\.\d\d\s+lasts \d+ min", pill.inner_text().strip()), pill.inner_text()
        assert pill.locator("svg").count() == 1 and "bad" in pill.get_attribute("class"), "colour, sign and words"
    assert seen.open("/app?mock=broke").page.get_by_text("the balance never goes below zero").is_visible()


def test_the_three_figures_are_the_outlets_and_explain_themselves(tab):
    seen = tab("/app/rentals?mock")
    running = asked(seen, "/v1/rentals?status=running")["rentals"]
    balance = asked(seen, "/v1/billing/balance")
    active, burn, spend = seen.page.locator(".kpis > div").all_inner_texts()
    assert str(len(running)) in active.split("\n") and "billed by the second" in active
    assert dollars(balance["burnPerHourCents"]) in burn and balance["burnPerHourCents"] == sum(each["pricePerHourCents"] for each in running)
    cents = float(re.search(r"\$([\d.]+)", spend)[1]) * 100
    assert abs(cents - sum(each["totalChargedCents"] for each in running)) < 2, (spend, running)


def test_a_ledger_line_leads_to_what_caused_it(tab):
    seen = tab("/app/billing?mock&type=rental_charge")
    line = seen.page.locator("table.ledger tbody tr").first
    assert re.search(r"[\d,]+ s at \$\d+\.\d\d/hr", line.inner_text())
    line.get_by_role("link").click()
    seen.page.get_by_role("heading", name="Meter").wait_for()
    payments = tab("/app/billing?mock&type=stripe_topup")
    assert re.search(r"(Receipt of payment|Payment) …\w{6}", payments.page.locator("table.ledger tbody tr").first.inner_text())


def test_each_line_of_the_ledger_has_the_balance_after_it(tab):
    seen = tab("/app/billing?mock")
    rows = [[float(cell.replace("−", "-").replace("$", "").replace(",", "").replace("+", "")) for cell in (row[-4], row[-1])]
            for row in (line.locator("td").all_inner_texts() for line in seen.page.locator("table.ledger tbody tr").all()[:20])]
    for (amount, after), (_, before) in zip(rows, rows[1:]):
        assert round(before + amount, 2) == after


def test_the_chart_its_words_and_its_tables_are_one_sum(tab):
    seen = tab("/app/billing?mock")
    total = re.search(r"Together (\$[\d,]+\.\d\d)", seen.page.get_by_role("img", name="Spend a day").get_attribute("aria-label"))[1]
    card = seen.page.get_by_role("region", name="Spend a day")
    assert f"{total} in the last 30 days" in card.inner_text()
    for name in ("The same as a table", "By instance"):
        card.get_by_text(name, exact=True).click()
        cells = card.get_by_role("group", name=name).locator("td.amount").all_inner_texts()
        assert dollars(sum(round(float(cell.strip("$").replace(",", "")) * 100) for cell in cells)) == total, name
    assert card.get_by_role("link", name="training").get_attribute("href").startswith("/app/rentals/rent_")


def test_chips_count_and_back_brings_the_last_one(tab):
    seen = tab("/app/rentals?mock")
    for name, status in (("Running", "running"), ("Failed", "failed"), ("Stopped", "stopped")):
        chip = seen.page.get_by_role("link", name=re.compile(f"^{name} \\d+$"))
        count = int(chip.inner_text().split()[-1])
        chip.click()
        seen.until(f"location.search === '?status={status}'")
        seen.until(f"document.querySelectorAll('li.pod').length === {count}")
    seen.page.go_back()
    seen.until("location.search === '?status=failed'")


def test_what_costs_most_can_come_first(tab):
    seen = tab("/app/rentals?mock&status=running")
    seen.page.get_by_role("button", name="Sort by rate").click()
    seen.until("location.search.includes('sort=cost')")
    rates = [float(text) for text in re.findall(r"\$([\d.]+)/hr", " ".join(seen.page.locator("li.pod .figures").all_inner_texts()))]
    assert rates == sorted(rates, reverse=True) and len(rates) == 2
    assert seen.page.get_by_text(re.compile(r"auto-stop in 1:\d\d:\d\d")).is_visible(), "a countdown"


def test_offers_are_ordered_by_what_was_asked_and_the_address_keeps_it(tab):
    seen = tab("/app/catalog?mock")
    prices = lambda: [float(text.strip("$")) for text in seen.page.locator("td[data-label='Per hour']").all_inner_texts()]
    assert prices() == sorted(prices())
    seen.page.get_by_label("Order").select_option("reliability")
    seen.until("location.search.includes('sort=reliability')")
    for _ in range(2):
        known = [float(text.split()[0]) for text in seen.page.locator("td[data-label='Reliability']").all_inner_texts() if "%" in text]
        assert known == sorted(known, reverse=True) and len(known) > 5
        seen.page.reload()
        seen.settle()


def test_a_launch_can_be_taken_along_as_curl(tab):
    seen = tab("/app/catalog?mock&family=rtx-4090")
    seen.page.get_by_label("Name (optional)").fill("it's mine")
    seen.page.get_by_role("button", name="Copy as curl").click()
    text = seen.page.get_by_role("button", name="Copy as curl").get_attribute("data-text")
    assert text.startswith('curl -sS -H "Authorization: Bearer $OUTLET_TOKEN"') and text.endswith("/v1/rentals")
    assert '"familyId":"rtx-4090"' in text and "it'\\''s mine" in text


@pytest.mark.parametrize("label, text", [("Burn an hour, $", "1o"), ("Spend a month, $", "ten"), ("Pods at a time", "2.5"), ("Warn me when", "50, x")])
def test_a_slip_in_a_limit_never_lifts_it(tab, label, text):
    seen = tab("/app/billing?mock")
    limits = seen.page.get_by_role("region", name="Limits of your own")
    for field, value in (("Burn an hour, $", "10"), ("Spend a month, $", "1,000.50"), ("Pods at a time", "3"), ("Warn me when", "50, 100")):
        limits.get_by_label(field).fill(value)
    limits.get_by_role("button", name="Save").click()
    seen.until("document.querySelector('#status').textContent === 'Limits are saved.'")
    saved = asked(seen, "/v1/billing/limits")
    assert (saved["maxBurnPerHourCents"], saved["maxSpendPerMonthCents"], saved["maxPods"], saved["spendAlertsCents"]) == (1_000, 100_050, 3, [5_000, 10_000])
    limits.get_by_label(label).fill(text)
    limits.get_by_role("button", name="Save").click()
    alert = limits.get_by_role("alert")
    alert.wait_for()
    assert "Nothing was saved." in alert.inner_text()
    assert asked(seen, "/v1/billing/limits") == saved
