"""Launching, on the mock: the price before the click, and what stays when the answer is no."""


def choose(seen, family="H100"):
    seen.page.get_by_role("button", name=f"{family}").first.click()
    seen.page.get_by_role("button", name="Launch for $").wait_for()


def test_price_per_hour_per_day_and_how_long_the_money_lasts(tab):
    seen = tab("/app/catalog?mock")
    launch = seen.page.get_by_role("complementary", name="Launch")
    assert launch.get_by_role("button", name="Launch").get_attribute("aria-disabled") == "true"
    choose(seen, "H100 80GB")
    text = launch.inner_text()
    assert "$2.39" in text and "$57.36" in text and "Lasts about" in text, "239 cents an hour are 5736 a day"
    assert "$2.39 is set aside at the start" in text


def test_a_launch_shows_what_the_outlet_says_and_nothing_before(tab):
    seen = tab("/app/catalog?mock&family=rtx-4090")
    seen.page.get_by_label("Name (optional)").fill("my pod")
    button = seen.page.get_by_role("button", name="Launch for $")
    button.click()
    seen.page.get_by_role("heading", level=1, name="my pod").wait_for()
    assert "Nothing is charged before its SSH server answers" in seen.page.locator("main").inner_text()
    seen.page.get_by_role("button", name="Copy SSH command").click()
    assert seen.page.evaluate("navigator.clipboard.readText()").startswith("ssh -p ")
    assert seen.page.get_by_role("group", name="host key fingerprint").inner_text().startswith("SHA256:")


def test_a_changed_price_keeps_the_form_and_says_that_nothing_was_charged(tab):
    seen = tab("/app/catalog?mock=price-changed&family=rtx-4090")
    seen.page.get_by_label("Name (optional)").fill("kept")
    seen.page.get_by_role("button", name="Launch for $").click()
    alert = seen.page.get_by_role("alert")
    alert.wait_for()
    assert "Nothing was launched or charged" in alert.inner_text()
    assert seen.page.get_by_label("Name (optional)").input_value() == "kept"


def test_without_a_key_the_form_waits_and_leads_to_the_keys(tab):
    seen = tab("/app/catalog?mock=empty&family=rtx-4090")
    seen.page.get_by_role("link", name="Add your key first").click()
    seen.page.get_by_role("heading", level=1, name="SSH keys").wait_for()


def test_too_little_money_is_said_before_the_click_and_after_it(tab):
    seen = tab("/app/catalog?mock=broke&family=b300")
    seen.page.get_by_text("not one hour").wait_for()
    seen.page.get_by_role("button", name="Launch for $").click()
    assert "Nothing was launched or charged" in seen.page.get_by_role("alert").last.inner_text()


def test_what_is_near_is_offered_when_nothing_matches(tab):
    seen = tab("/app/catalog?mock&family=rtx-4090")
    seen.page.get_by_text("Region, provider, limit").click()
    seen.page.get_by_label("Region", exact=True).last.fill("AQ")
    near = seen.page.get_by_role("alert").get_by_role("button").first
    near.click()
    seen.page.get_by_role("button", name="Launch for $").wait_for()


def test_a_limit_of_ones_own_is_said_before_the_click(tab):
    seen = tab("/app/billing?mock")
    seen.page.get_by_label("Pods at a time").fill("2")
    seen.page.get_by_role("button", name="Save", exact=True).click()
    seen.until("document.querySelector('#status').textContent === 'Limits are saved.'")
    seen.page.get_by_role("navigation", name="Dashboard").get_by_role("link", name="Catalog").click()
    seen.page.get_by_role("button", name="RTX 4090").first.click()
    seen.page.get_by_text("Your own limit is 2 pods. With this launch it would be 3 pods.").wait_for()
    assert seen.page.get_by_role("button", name="Launch for $").get_attribute("aria-disabled") == "true"


def test_spoiled_fields_are_told_beside_them(tab):
    seen = tab("/app/catalog?mock&family=rtx-4090")
    seen.page.get_by_label("Stop by itself after hours").fill("-1")
    assert seen.page.get_by_text("More than 0 hours").is_visible()


def test_a_draft_survives_signing_in_again(tab):
    seen = tab("/app/catalog?mock&family=rtx-4090")
    seen.page.get_by_label("Name (optional)").fill("draft")
    seen.page.get_by_role("button", name="Launch for $").wait_for()
    seen.page.evaluate("fetch('/v1/auth/logout', { method: 'POST' })")
    seen.page.get_by_role("button", name="Launch for $").click()
    seen.page.get_by_role("link", name="Sign in again").wait_for()
    assert seen.page.get_by_label("Name (optional)").input_value() == "draft"
    seen.page.evaluate("document.querySelector('[data-do=keep-draft]').setAttribute('href', '/app/catalog')")
    seen.page.get_by_role("link", name="Sign in again").click()
    seen.page.wait_for_selector("h1:text('Catalog')")
    assert seen.page.get_by_label("Name (optional)").input_value() == "draft"


def test_an_error_names_its_request_and_can_be_tried_again(tab):
    seen = tab("/app/rentals?mock=error")
    alert = seen.page.get_by_role("alert")
    alert.wait_for()
    assert "5e1f0a2b" in alert.inner_text()
    alert.get_by_role("button", name="Try again").click()
    seen.page.get_by_role("alert").wait_for()


def test_filters_live_in_the_address(tab):
    seen = tab("/app/rentals?mock")
    seen.page.get_by_role("link", name="Failed").click()
    seen.until("location.search === '?status=failed'")
    seen.page.reload()
    seen.settle()
    assert seen.page.get_by_role("link", name="Failed").get_attribute("aria-current") == "true"
    seen.page.goto(seen.address + "/app/billing?mock")
    seen.settle()
    seen.page.get_by_label("What").select_option("adjustment")
    seen.until("location.search.includes('type=adjustment')")
    href = seen.page.get_by_role("link", name="CSV").get_attribute("href")
    assert "type=adjustment" in href and "format=csv" in href


def test_a_private_key_is_not_sent(tab):
    seen = tab("/app/keys?mock=empty")
    seen.page.get_by_label("Public key").fill("-----BEGIN OPENSSH PRIVATE KEY-----\nabc")
    assert "This is a private key" in seen.page.get_by_role("alert").inner_text()
    assert seen.page.get_by_role("button", name="Add the key").get_attribute("aria-disabled") == "true"
    seen.page.get_by_label("Public key").fill("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPVatrK1hCr8LGxHzwBH2ekDBlXFH1Pa2ZE5wYSyMtQf me@laptop")
    seen.page.get_by_role("button", name="Add the key").click()
    seen.page.get_by_role("heading", name="me@laptop").wait_for()


def test_a_key_that_will_not_do_is_explained_at_once_or_by_the_outlet(tab):
    seen = tab("/app/keys?mock")
    line = seen.page.get_by_label("Public key")
    for text, words in (("ssh-dss AAAAB3NzaC1kc3MAAACBAP", "DSA keys are too weak"), ("hello", "begins with its type"), ("ssh-rsa AAAA\nssh-rsa BBBB", "more than one line")):
        line.fill(text)
        assert words in seen.page.get_by_role("alert").inner_text()
        assert seen.page.get_by_role("button", name="Add the key").get_attribute("aria-disabled") == "true"
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPVatrK1hCr8LGxHzwBH2ekDBlXFH1Pa2ZE5wYSyMtQf me@laptop"
    for _ in range(2):
        line.fill(key)
        seen.page.get_by_role("button", name="Add the key").click()
        seen.until("document.querySelector('#key-line').value === '' || document.querySelector('main [role=alert]') !== null")
    assert "already" in seen.page.get_by_role("alert").inner_text() and line.input_value() == key


def test_each_intention_has_one_name_however_often_it_is_sent(tab):
    seen = tab("/app/catalog?mock&family=rtx-4090")
    seen.page.get_by_role("button", name="Launch for $").wait_for()
    # The first try is lost on its way back: the outlet has done it, and the browser does not know.
    seen.page.evaluate("""(() => {
        const real = globalThis.fetch;
        globalThis.sent = [];
        globalThis.fetch = async (path, init = {}) => {
            if (init.method !== "POST" || !/rentals$|stop$/.test(path)) return real(path, init);
            globalThis.sent.push(init.headers["Idempotency-Key"]);
            const reply = await real(path, init);
            if (globalThis.sent.length === 1) throw new TypeError("Failed to fetch");
            return reply;
        };
    })()""")
    seen.page.get_by_role("button", name="Launch for $").click()
    seen.page.get_by_text("Sending it again is safe: it happens once.").wait_for()
    seen.page.get_by_role("button", name="Launch for $").click()
    seen.page.get_by_role("heading", level=1, name="1 × RTX 4090").wait_for()
    first, again = seen.page.evaluate("globalThis.sent")
    assert first == again and len(first) == 32
    pods = seen.page.evaluate("fetch('/v1/rentals').then((reply) => reply.json())")["rentals"]
    assert len([pod for pod in pods if pod["status"] in ("provisioning", "running")]) == 3, "the two that ran, and one"
    seen.page.get_by_role("button", name="Stop 1 × RTX 4090").click()
    seen.page.get_by_role("button", name="Stop it").click()
    seen.page.get_by_role("button", name="Stopping 1 × RTX 4090").wait_for()
    assert len(seen.page.evaluate("globalThis.sent")[2]) == 32


def test_a_token_is_shown_once(tab):
    seen = tab("/app/account?mock")
    seen.page.get_by_label("Name").fill("ci")
    seen.page.get_by_label("rent: Launch").check()
    seen.page.get_by_role("button", name="Make the token").click()
    seen.page.get_by_role("group", name="token").wait_for()
    seen.page.get_by_role("button", name="I have it").click()
    assert seen.page.get_by_role("group", name="token").count() == 0
    assert seen.page.get_by_text("gpo_").count() == 0
