"""What the outlet sells now, written into the landing page, so that it is right without JavaScript."""

import datetime
import html
import json
import pathlib
import re
import urllib.request

ROWS = re.compile(r"(<tbody data-families>).*?(</tbody>)", re.DOTALL)
NOTE = re.compile(r"(<p [^>]*data-price-note[^>]*>).*?(</p>)", re.DOTALL)


def write_into(site, source):
    families = json.loads(read(source))
    now = datetime.datetime.now(datetime.timezone.utc)
    note = f'As of <time datetime="{now:%Y-%m-%dT%H:%M:%SZ}">{now:%d %B %Y, %H:%M} UTC</time>, in US dollars, billed by the second.'
    page = ROWS.sub(lambda match: match[1] + "\n".join(map(row, families)) + match[2], site.text("index.html"), count=1)
    site.add("index.html", NOTE.sub(lambda match: match[1] + note + match[2], page, count=1))


def read(source):
    """The families as JSON: of an outlet that answers at this URL, or of a file that holds its answer."""
    if not source.startswith(("http://", "https://")):
        return pathlib.Path(source).read_text()
    with urllib.request.urlopen(f"{source.rstrip('/')}/v1/catalog/families", timeout=10) as reply:
        return reply.read()


def row(family):
    cents = family["fromPricePerHourCents"]
    price = '<td class="amount quiet">sold out</td>' if cents is None else f'<td class="amount">${cents / 100:,.2f}</td>'
    return f'<tr><td>{html.escape(family["name"])}</td><td>{family["vramGb"]} GB</td>{price}</tr>'
