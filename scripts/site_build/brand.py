"""The operator's name, colour and address, from the section `brand` of outlet.yaml, written into the pages."""

import html
import pathlib
import re

import yaml

USUAL = "GPU Outlet"
# The grounds that the colour has to stand out from, by css/site.css.
LIGHT, DARK = "#fbfbf9", "#101513"
LEGIBLE = 4.5  # WCAG 2.2, 1.4.3: the contrast of text.


def write_into(site, source):
    brand = (yaml.safe_load(pathlib.Path(source).read_text()) or {}).get("brand") or {}
    name = brand.get("name") or USUAL
    for page in [page for page in site.files if page.endswith(".html")]:
        site.add(page, branded(site.text(page), name, brand.get("contact")))
    if brand.get("color"):
        site.add("css/site.css", coloured(site.text("css/site.css"), brand["color"]))


def branded(page, name, contact):
    name = html.escape(name)
    page = re.sub(r"<title>.*?</title>", lambda match: match[0].replace(USUAL, name), page, count=1)
    page = re.sub(r"(<span data-site-name>)[^<]*", lambda match: match[1] + name, page)
    if contact is None:
        return page
    address = contact if contact.startswith("https://") else f"mailto:{contact}"
    link = f'Contact: <a href="{html.escape(address)}">{html.escape(contact.removeprefix("https://"))}</a>'
    return re.sub(r"(<span data-site-contact>)[^<]*", lambda match: match[1] + link, page)


def coloured(css, colour):
    """Whatever the colour, text in it is legible: it is darkened for the light scheme and lightened for the dark one."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", str(colour)):
        raise SystemExit(f"brand.color must be # and six hexadecimal digits, such as \"#0b6350\" (found {colour!r})")
    light, dark = legible(colour, on=LIGHT, towards="#000000"), legible(colour, on=DARK, towards="#ffffff")
    pairs = {
        "accent": (light, dark), "accent-ground": (light, dark), "on-accent": (reading(light), reading(dark)),
        "tint": (mixed(light, LIGHT, 0.9), mixed(dark, DARK, 0.88)),
    }
    for name, (of_light, of_dark) in pairs.items():
        css, count = re.subn(rf"(--{name}: light-dark\()[^)]*\)", rf"\g<1>{of_light}, {of_dark})", css)
        assert count == 1, f"css/site.css has one --{name}"
    return css


def legible(colour, *, on, towards):
    """The colour itself, or as far on its way to black or white as it takes."""
    return next(shade for step in range(21) if contrast(shade := mixed(colour, towards, step / 20), on) >= LEGIBLE + 0.3)


def reading(ground):
    return max("#ffffff", "#0c1311", key=lambda text: contrast(text, ground))


def mixed(colour, other, part):
    return "#" + "".join(f"{round(a * (1 - part) + b * part):02x}" for a, b in zip(channels(colour), channels(other)))


def contrast(one, other):
    """By WCAG's definition, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in (channel / 255 for channel in channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def channels(colour):
    return [int(colour[place:place + 2], 16) for place in (1, 3, 5)]
