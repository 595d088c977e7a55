"""What a first view costs: compressed bytes, requests, and time, with nothing kept from before."""

import pytest

BUDGETS = {  # path: kilobytes in all, kilobytes of scripts, requests, seconds to the largest paint
    "/app": (60, 30, 25, 1.0),
    "/app/catalog": (60, 30, 25, 1.0),
    "/": (100, 5, 10, 1.0),
    "/docs/": (150, 30, 15, 1.5),
    "/docs/api/rentals": (150, 30, 15, 1.5),
}
PAINT = """() => new Promise((resolve) => {
    let last = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) last = entry.startTime; })
        .observe({ type: "largest-contentful-paint", buffered: true });
    let shift = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value; })
        .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve({ paint: last / 1000, shift }), 500);
})"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", BUDGETS)
def test_first_view_stays_within_its_budget(chromium, outlet, path, width):
    most, most_script, most_requests, seconds = BUDGETS[path]
    total, scripts, requests, seen = first_view(chromium, outlet, path, width)
    assert total <= most and scripts <= most_script and requests <= most_requests, (total, scripts, requests)
    assert seen["shift"] <= 0.02, seen
    # Others may load the machine: what it can do is the best of a few views.
    paints = [seen["paint"]]
    while min(paints) > seconds and len(paints) < 4:
        paints.append(first_view(chromium, outlet, path, width)[3]["paint"])
    assert min(paints) <= seconds, paints


def first_view(browser, outlet, path, width):
    context = browser.new_context(viewport={"width": width, "height": 800})
    context.add_cookies([{"name": "sid", "value": outlet.sid, "url": outlet.url, "httpOnly": True}])
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    kinds, sizes = {}, {}
    wire.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    wire.on("Network.dataReceived", lambda event: sizes.update(
        {event["requestId"]: sizes.get(event["requestId"], 0) + event["encodedDataLength"]}))
    page.goto(outlet.url + path, wait_until="networkidle")
    seen = page.evaluate(PAINT)
    # The wire does not tell the size of the page itself.
    document = page.evaluate("performance.getEntriesByType('navigation')[0].encodedBodySize")
    context.close()
    scripts = sum(size for name, size in sizes.items() if kinds.get(name) == "Script")
    others = sum(size for name, size in sizes.items() if kinds.get(name) != "Document")
    assert document > 0
    return (document + others) / 1_000, scripts / 1_000, len(kinds), seen
