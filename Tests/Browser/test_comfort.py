"""What makes the pages comfortable to people with other eyes, hands and screens than those who wrote them."""

import pytest

PAGES = ["/app", "/app/catalog", "/app/rentals", "/app/billing", "/app/keys", "/app/account"]


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("path", PAGES)
def test_help_and_the_mark_of_made_up_data_are_at_one_place_on_every_page(tab, path, width):
    seen = tab(f"{path}?mock", width=width)
    bar = seen.page.locator(".bar")
    assert bar.get_by_role("link", name="Documentation").is_visible()
    assert bar.get_by_text("Mock").first.is_visible()
    assert bar.get_by_role("button", name="Theme").is_visible() and seen.page.locator(".pill").is_visible()
    boxes = seen.page.evaluate("[...document.querySelectorAll('.bar > *')].map((it) => it.getBoundingClientRect()).map(({ left, right }) => [left, right])")
    assert all(one[1] <= other[0] + 0.5 for one, other in zip(boxes, boxes[1:])) and boxes[-1][1] <= width, boxes


@pytest.mark.parametrize("path", PAGES + ["/login", "/docs/"])
def test_a_phone_does_not_zoom_into_fields_and_every_target_can_be_hit(tab, path):
    seen = tab(f"{path}?mock", width=390)
    small = seen.page.evaluate("[...document.querySelectorAll('input:not([type=checkbox], [type=radio]), select, textarea')]"
                               ".filter((it) => parseFloat(getComputedStyle(it).fontSize) < 16).map((it) => it.id)")
    assert not small
    flat = seen.page.evaluate("[...document.querySelectorAll('.button, .icon-button, .chip, .side a')].map((it) => [it.innerText, it.getBoundingClientRect()])"
                              ".filter(([, { width, height }]) => width > 0 && (height < 43.5 || width < 40)).map(([text]) => text)")
    assert not flat, f"less than a fingertip: {flat}"


@pytest.mark.engines
def test_the_choice_of_a_theme_is_kept_and_there_before_the_first_paint(tab):
    seen = tab("/app?mock", scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = seen.page.evaluate(ground)
    for expected in ("light", "dark"):
        seen.page.locator(".bar").get_by_role("button", name="Theme").click()
        seen.page.get_by_role("button", name=f"Theme: {expected}").first.wait_for()
    dark = seen.page.evaluate(ground)
    assert dark != light
    seen.page.reload(wait_until="commit")
    seen.page.wait_for_selector("body")
    assert seen.page.evaluate("document.documentElement.dataset.theme") == "dark"
    # A plain script in the head, ahead of the styles: nothing is drawn before it ran.
    assert seen.page.evaluate("(() => { const all = [...document.head.children]; return all.findIndex((it) => it.src?.endsWith('/theme.js'))"
                              " < all.findIndex((it) => it.rel === 'stylesheet') && !document.head.querySelector('[src$=\"theme.js\"]').defer })()")
    for path in ("/", "/docs/", "/login"):
        seen.page.goto(seen.address + path)
        assert seen.page.evaluate(ground) == dark, path


@pytest.mark.engines
def test_who_wants_no_motion_gets_none(tab):
    seen = tab("/app/catalog?mock&family=rtx-4090")
    seen.page.get_by_role("button", name="Launch for $").click()
    seen.page.locator("[data-icon=busy]").first.wait_for()
    assert seen.page.evaluate("document.getAnimations().filter((it) => it.playState === 'running').length") == 0


def test_with_forced_colours_what_is_chosen_is_still_seen(chromium, site):
    context = chromium.new_context(forced_colors="active", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{site}/app/rentals?mock")
    chosen = page.locator(".chip[aria-current]")
    chosen.wait_for()
    assert chosen.evaluate("(it) => getComputedStyle(it).outlineStyle") == "solid"
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_built_of_what_they_mean(tab, path):
    seen = tab(f"{path}?mock")
    faults = seen.page.evaluate("""(() => {
        const levels = [...document.querySelectorAll("main :is(h1, h2, h3, h4)")].map((it) => Number(it.tagName[1]));
        return [
            levels[0] !== 1 && "begins without its headline",
            levels.some((level, index) => index > 0 && level > levels[index - 1] + 1) && `leaps over a headline: ${levels}`,
            [...document.querySelectorAll(".pod")].some((it) => it.tagName !== "LI") && "pods are no list",
            [...document.querySelectorAll(".figures, .facts, .kpis")].some((it) => it.tagName !== "DL") && "facts are no list of terms",
            document.querySelector("[aria-live] [data-live], [role=status] [data-live]") !== null && "a counter is read out",
            document.querySelectorAll("#status[aria-live=polite]").length !== 1 && "no one place for what is read out",
            document.querySelector("[draggable], [tabindex]:not([tabindex='0'], [tabindex='-1'])") !== null && "needs dragging, or an order of its own",
        ].filter(Boolean);
    })()""")
    assert not faults
