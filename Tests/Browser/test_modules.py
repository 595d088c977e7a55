"""The modules that need no page: figures as text, the morph, the chart."""

import pytest

pytestmark = pytest.mark.engines

FORMAT = {
    "dollars(0)": "$0.00", "dollars(-75)": "−$0.75", "dollars(123456789)": "$1,234,567.89", "change(2000)": "+$20.00", "change(-5)": "−$0.05",
    "fineDollars(microsOf(280, 4827))": "$3.7543", "fineDollars(999999)": "$0.9999", "fineDollars(microsOf(1000000, 36000000))": "$100,000,000.0000",
    "centsOf(280, 4827)": 375, "centsOf(280, 6)": 0, "centsOf(280, 7)": 1, "centsOf(280, 3600)": 280,
    "clock(7)": "0:07", "clock(2472)": "41:12", "clock(11109)": "3:05:09", "clock(187509)": "2 d 4:05:09", "clock(-3)": "0:00",
    "about(40)": "40 s", "about(725)": "12 min", "about(24480)": "6 h 48 min", "about(50400)": "14 h", "about(800000)": "9 days",
    "counted(1, 'pod')": "1 pod", "counted(1200, 'pod')": "1,200 pods", "shortDay('2026-06-07')": "7 Jun",
}


def module(tab, name):
    """The page, and the address of one of its modules: they live below a path that names their content."""
    page = tab("/app?mock").page
    base = page.evaluate("document.querySelector('script[type=module]').src").removesuffix("app/js/main.js")
    return page, base + name


def test_figures_become_text(tab):
    page, address = module(tab, "js/format.js")
    for expression, expected in FORMAT.items():
        call = f"async (address) => {{ const {{ dollars, change, fineDollars, microsOf, centsOf, clock, about, counted, shortDay }} = await import(address); return {expression}; }}"
        assert page.evaluate(call, address) == expected, expression


def test_a_charge_is_the_servers_formula_for_any_time(tab):
    page, address = module(tab, "js/format.js")
    pairs = [(rate, seconds) for rate in (1, 39, 280, 749, 999_999) for seconds in (0, 1, 17, 3599, 3600, 86_399, 31_536_000)]
    ours = page.evaluate("async ([address, pairs]) => { const { centsOf } = await import(address); return pairs.map(([rate, seconds]) => centsOf(rate, seconds)); }", [address, pairs])
    assert ours == [(2 * rate * seconds + 3600) // 7200 for rate, seconds in pairs]


def test_holes_are_escaped_and_booleans_print_nothing(tab):
    page, address = module(tab, "app/js/lib/html.js")
    text = page.evaluate("""async (address) => { const { html } = await import(address);
        return html`<a title="${'"><script>'}">${[1, html`<b>${"&"}</b>`]}${false}${null}${undefined}${true}${String(false)}</a>`.text; }""", address)
    assert text == '<a title="&quot;&gt;&lt;script&gt;">1<b>&amp;</b>false</a>'


def test_a_morph_makes_any_list_equal_to_any_other_and_keeps_its_nodes(tab):
    page, address = module(tab, "app/js/lib/morph.js")
    # 500 random lists of keyed and unkeyed items, one after the other; kept nodes are the same nodes.
    wrong = page.evaluate("""async (address) => {
        const [{ morph }, { html }] = await Promise.all([import(address), import(address.replace("morph", "html"))]);
        let seed = 11;
        const roll = (below) => { seed = (seed * 1103515245 + 12345) & 0x7fffffff; return seed % below; };
        const place = document.createElement("ul");
        document.body.append(place);
        let before = new Map();
        for (let round = 0; round < 500; round += 1) {
            const keys = [...new Set(Array.from({ length: roll(12) }, () => roll(15)))];
            const list = keys.map((key) => key % 4 === 0 ? html`<li>${key}</li>` : html`<li data-key="k${key}"><b>${key}</b>${roll(2) ? html`<i>x</i>` : ""}</li>`);
            const text = html`${list}`.text;
            morph(place, html`${list}`);
            if (place.innerHTML !== text) return `round ${round}: ${place.innerHTML} is not ${text}`;
            const now = new Map([...place.querySelectorAll("[data-key]")].map((it) => [it.dataset.key, it]));
            for (const [key, node] of now) if (before.has(key) && before.get(key) !== node) return `round ${round}: ${key} was made anew`;
            before = now;
        }
        place.remove();
        return null;
    }""", address)
    assert wrong is None


def test_a_chart_reaches_a_round_amount_above_its_highest_day(tab):
    page, address = module(tab, "app/js/chart.js")
    tops = page.evaluate("async (address) => { const { roundedUp } = await import(address); return [1, 100, 101, 399, 401, 1001, 5000, 123456].map(roundedUp); }", address)
    assert tops == [100, 100, 200, 400, 1000, 2000, 10000, 200000]


def test_spend_is_summed_by_the_day_it_was_posted_on(tab):
    page, address = module(tab, "app/js/ledger.js")
    days = page.evaluate("""async (address) => { const { spendByDay } = await import(address);
        const entry = (type, amountCents, createdAt) => ({ type, amountCents, createdAt });
        return spendByDay([entry("rental_charge", -280, "2026-06-07T00:00:00Z"), entry("rental_charge", -95, "2026-06-07T23:59:59Z"), entry("hold", 0, "2026-06-07T08:00:00Z"),
            entry("rental_charge", -7, "2026-06-05T12:00:00Z"), entry("rental_charge", -1000, "2026-05-01T12:00:00Z")], 3, Date.parse("2026-06-07T12:00:00Z") / 1000); }""", address)
    assert days == [{"date": "2026-06-05", "cents": 7}, {"date": "2026-06-06", "cents": 0}, {"date": "2026-06-07", "cents": 375}]
