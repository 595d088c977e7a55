"""The documentation: static/docs/*.md and the API reference as pages, as Markdown, as llms.txt and as a search index."""

import dataclasses
import html
import json
import re
import shutil
import subprocess

import markdown
import yaml

from . import reference


@dataclasses.dataclass
class Page:
    section: str
    name: str  # Below /docs/, without an ending: `quickstart`, `api/rentals`; `index` is /docs/ itself.
    text: str
    updated: str

    @property
    def title(self):
        return re.search(r"^# (.+)$", self.text, re.MULTILINE)[1]

    @property
    def lead(self):
        """The first paragraph, as plain text."""
        paragraph = self.text.split("\n\n")[1]
        return re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`]", lambda match: match[1] or "", paragraph).replace("\n", " ")

    @property
    def address(self):
        return f"/docs/{self.name}".removesuffix("index")


def add_to(site, root):
    folder = root / "static" / "docs"
    dates = last_changes(root)
    pages = []
    for section, names in yaml.safe_load((folder / "contents.yaml").read_text()).items():
        if names == "reference":
            pages += [Page(section, name, text, dates.get("static/openapi.yaml", "")) for name, text in reference.pages(root)]
        else:
            pages += [Page(section, name, (folder / f"{name}.md").read_text(), dates.get(f"static/docs/{name}.md", "")) for name in names]
    template = (folder / "page.html").read_text()
    index = []
    for number, page in enumerate(pages):
        body, contents = rendered(page)
        around = [pages[number - 1] if number else None, pages[number + 1] if number + 1 < len(pages) else None]
        site.add(f"docs/{page.name}.html", filled(template, page, body, contents, pages, around))
        site.add(f"docs/{page.name}.md", page.text)
        index += search_entries(page, body)
    site.add("docs/search.json", json.dumps(index, ensure_ascii=False, separators=(",", ":")))
    site.add("llms.txt", llms(pages))


def last_changes(root):
    """The day of the last commit of each file; nothing where there is no repository, or no git."""
    if shutil.which("git") is None:
        return {}
    log = subprocess.run(["git", "-C", root, "log", "--format=:%cs", "--name-only", "--", "static/docs", "static/openapi.yaml"], capture_output=True, text=True)
    dates, day = {}, ""
    for line in log.stdout.splitlines():
        if line.startswith(":"):
            day = line[1:]
        elif line:
            dates.setdefault(line, day)
    return dates


def rendered(page):
    """HTML of the page, and its headings of the second level as (id, text)."""
    converter = markdown.Markdown(extensions=["tables", "fenced_code", "sane_lists", "toc", "admonition"], extension_configs={"toc": {"toc_depth": "2-3"}})
    body = converter.convert(page.text)
    body = re.sub(r'(href=")([^":#]+)\.md(#[^"]*)?"', lambda match: f'{match[1]}{address_of(page, match[2])}{match[3] or ""}"', body)
    body = body.replace("<pre>", '<pre tabindex="0">').replace('<div class="admonition', '<div class="notice admonition')
    body = body.replace("<table>", '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>').replace("</table>", "</table></div>")
    # The policy of the site takes no style attributes.
    body = re.sub(r'<(t[hd]) style="text-align: (\w+);">', lambda match: f'<{match[1]}{" class=amount" if match[2] == "right" else ""}>', body)
    # Names such as already_stopped may break at their joints, so that a table fits a phone.
    body = re.sub(r"(?<=<td>)<code>\w+</code>", lambda match: match[0].replace("_", "_<wbr>"), body)
    body = re.sub(r"<th( class=amount)?>", r'<th scope="col"\1>', body)
    body = re.sub(r'<(h[23]) id="([^"]+)">(.*?)</\1>', r'<\1 id="\2">\3 <a class="anchor" href="#\2" aria-label="Link to this section">#</a></\1>', body)
    contents = [(token["id"], token["name"]) for top in converter.toc_tokens for token in ([top] if top["level"] == 2 else top["children"]) if token["level"] == 2]
    return body, contents


def address_of(page, link):
    """Where a link such as `../billing` of a page leads."""
    parts = page.name.split("/")[:-1]
    for part in link.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return ("/docs/" + "/".join(parts)).removesuffix("index")


def filled(template, page, body, contents, pages, around):
    sections = {}
    for each in pages:
        here = ' aria-current="page"' if each is page else ""
        sections.setdefault(each.section, []).append(f'<li><a href="{each.address}"{here}>{html.escape(each.title)}</a></li>')
    chapters = "".join(f"<section><h2>{html.escape(name)}</h2><ul>{''.join(items)}</ul></section>" for name, items in sections.items())
    on_page = "".join(f'<li><a href="#{name}">{text}</a></li>' for name, text in contents)
    next_links = "".join(
        f'<a href="{each.address}" rel="{rel}"><span>{word}</span>{html.escape(each.title)}</a>'
        for each, rel, word in zip(around, ("prev", "next"), ("Before", "Next")) if each)
    values = {
        "title": html.escape(page.title), "lead": html.escape(page.lead), "chapters": chapters, "body": body, "markdown": f"/docs/{page.name}.md",
        "on-page": f'<nav class="on-page" aria-labelledby="on-page"><h2 id="on-page">On this page</h2><ul>{on_page}</ul></nav>' if len(contents) > 1 else "",
        "around": next_links, "updated": f'Last changed <time datetime="{page.updated}">{page.updated}</time>.' if page.updated else "",
    }
    return re.sub(r"\{\{([a-z-]+)\}\}", lambda match: values[match[1]], template)


def search_entries(page, body):
    """One entry a section: its heading, where it is, and its words."""
    parts = re.split(r'<h[23] id="([^"]+)">(.*?)</h[23]>', body)
    plain = lambda text: re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text.replace("<wbr>", "")))).strip()
    entries = [{"page": page.title, "title": "", "at": page.address, "text": plain(parts[0])}]
    for name, title, text in zip(parts[1::3], parts[2::3], parts[3::3]):
        entries.append({"page": page.title, "title": plain(title).removesuffix("#").strip(), "at": f"{page.address}#{name}", "text": plain(text)})
    return entries


def llms(pages):
    lines = ["# GPU Outlet", "", "> Rent GPUs by the second from a prepaid wallet, over a plain HTTP API below /v1/. Every page is also Markdown.", ""]
    section = None
    for page in pages:
        if page.section != section:
            section = page.section
            lines += ["", f"## {section}", ""]
        lines.append(f"- [{page.title}](/docs/{page.name}.md): {page.lead}")
    lines += ["", "## Contract", "", "- [OpenAPI 3.1](/openapi.yaml): every call, field and error", ""]
    return "\n".join(lines)
