#!/usr/bin/env python3
"""Takes the picture of the dashboard that README and landing page show: a real outlet, and two pods that really run.

    .venv/bin/python Tests/Browser/take_picture.py [MINUTES]

The pods run for so many minutes before, 20 unless told. Writes static/img/dashboard.webp and dashboard-dark.webp.
"""

import base64
import json
import sys
import time
import urllib.request

from playwright.sync_api import sync_playwright

import conftest  # It makes the modules below known.
from browsing import SCHEMES, Tab
from engines import Chromium
from outlet import Outlet

PICTURES = {"light": "dashboard.webp", "dark": "dashboard-dark.webp"}
WEBP = """async (png) => {
    const image = await createImageBitmap(await (await fetch(png)).blob());
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL("image/webp", 0.9);
}"""


def send(outlet, sid, path, body=None):
    request = urllib.request.Request(
        outlet.url + path, data=json.dumps(body or {}).encode(),
        headers={"Cookie": f"sid={sid}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.load(reply)


def renter(outlet):
    """Somebody with some usage behind them, and two pods."""
    outlet.control("user", "add", "grace@example.org")
    outlet.control("wallet", "credit", "grace@example.org", "75.00", "--note", "welcome")
    key = next(outlet.folder.glob("key-*.pub"))
    outlet.control("user", "add-key", "grace@example.org", "--name", "laptop", "--file", key)
    sid = json.loads(outlet.control("session", "create", "grace@example.org", "--json"))["sid"]
    for seconds in (40, 75, 20):
        short = send(outlet, sid, "/v1/rentals", {"familyId": "h100-80gb", "gpuCount": 1, "name": "try"})
        time.sleep(seconds)
        send(outlet, sid, f"/v1/rentals/{short['id']}/stop")
    send(outlet, sid, "/v1/rentals", {"familyId": "h100-80gb", "gpuCount": 1, "name": "training"})
    send(outlet, sid, "/v1/rentals", {"familyId": "rtx-4090", "gpuCount": 1, "name": "notebook", "autoStopAfterHours": 6})
    return sid


def take(outlet, sid):
    with sync_playwright() as playwright:
        browser = Chromium(playwright)
        for scheme in SCHEMES:
            tab = Tab(browser, outlet.url, scheme=scheme, cookie=sid).open("/app")
            tab.page.wait_for_selector("li.pod [data-live=cost]")
            png = "data:image/png;base64," + base64.b64encode(tab.page.screenshot()).decode()
            tab.close()
            blank = browser.new_context().new_page()  # The outlet's own pages may not fetch data.
            webp = blank.evaluate(WEBP, png)
            (conftest.ROOT / "static" / "img" / PICTURES[scheme]).write_bytes(base64.b64decode(webp.partition(",")[2]))
        browser.close()


def main():
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 20
    outlet = Outlet()
    try:
        sid = renter(outlet)
        time.sleep(minutes * 60)
        take(outlet, sid)
    finally:
        outlet.stop()


if __name__ == "__main__":
    main()
