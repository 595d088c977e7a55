"""The files of a site, in memory until they are written."""

import gzip
import hashlib
import os
import pathlib
import re
import shutil
import tempfile

# What pages load. It is served below /a/VERSION/, where it may be kept for ever: another content has another version.
ASSETS = ("css/", "js/", "app/js/", "app/mock/")
COMPRESSED = {".html", ".css", ".js", ".svg", ".yaml", ".md", ".txt", ".json"}
REFERENCE = re.compile(r'(?<=["\'])/(?=(?:css|js|app/js|app/mock)/)')
KEPT_VERSIONS = 2  # Tabs that were opened before an update still find their modules.


class Site:
    """`files` is by path below the root: bytes, or the file of static/ they come from."""

    def __init__(self, static, with_mock):
        self.mock = with_mock
        self.files = {}
        for path in sorted(static.rglob("*")):
            name = path.relative_to(static).as_posix()
            if path.is_file() and not name.startswith("docs/") and (with_mock or not name.startswith("app/mock/")):
                self.files[name] = path

    @property
    def version(self):
        digest = hashlib.sha256()
        for name in sorted(self.files):
            if name.startswith(ASSETS):
                digest.update(name.encode() + b"\0" + self.bytes(name) + b"\0")
        return digest.hexdigest()[:12]

    def add(self, name, text):
        self.files[name] = text.encode()

    def bytes(self, name):
        content = self.files[name]
        return content if isinstance(content, bytes) else content.read_bytes()

    def text(self, name):
        return self.bytes(name).decode()

    def write(self, output, link):
        """Each file appears at once, whole; what is no longer part of the site goes at the end."""
        output.mkdir(parents=True, exist_ok=True)
        wanted, version = set(), self.version
        for name, content in self.files.items():
            is_asset = name.startswith(ASSETS)
            place = f"a/{version}/{name}" if is_asset and not link else name
            wanted.add(place)
            if link and isinstance(content, pathlib.Path) and not name.endswith(".html"):
                link_into(output / place, content)
                continue
            data = self.bytes(name)
            if name.endswith(".html"):
                data = self._page(name, data.decode(), None if link else version).encode()
            write_into(output / place, data)
            if pathlib.Path(name).suffix in COMPRESSED and len(data) > 512 and not link:
                wanted.add(f"{place}.gz")
                write_into(output / f"{place}.gz", gzip.compress(data, 9, mtime=0))
        remove_others(output, wanted)
        return len(wanted)

    def _page(self, name, html, version):
        if self.mock and not name.startswith("docs/"):
            html = html.replace("</title>", f'</title>\n<meta name="mock" content="{self.mock}">', 1)
        return html if version is None else REFERENCE.sub(f"/a/{version}/", html)


def write_into(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_symlink() and path.is_file() and path.read_bytes() == data:
        return
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        file.write(data)
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)


def link_into(path, target):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def remove_others(output, wanted):
    versions = sorted((output / "a").glob("*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in versions[KEPT_VERSIONS:]:
        shutil.rmtree(path)
    for path in sorted(output.rglob("*"), reverse=True):
        name = path.relative_to(output).as_posix()
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif name not in wanted and not name.startswith("a/"):
            path.unlink()
