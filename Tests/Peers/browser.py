"""As much of a browser as a sign-in elsewhere needs: cookies by host and path, and one step at a time."""

import http.client
import ssl
import urllib.parse


class Reply:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read().decode()
        self.location = response.headers.get("Location")


class Browser:
    def __init__(self):
        self.cookies = {}  # (host and port, path, name) to value

    def send(self, method, url, body=None, headers=None):
        """One request, without following anything. nginx and our peers differ by port, which counts here."""
        parts = urllib.parse.urlsplit(url)
        if parts.scheme == "https":  # The person's own browser knows the authority.
            trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
            connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=30, context=trusting)
        else:
            connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        sent = {"Accept": "text/html", **(headers or {})}
        pairs = [
            f"{name}={value}"
            for (host, path, name), value in self.cookies.items()
            if host == parts.netloc and parts.path.startswith(path)
        ]
        if pairs:
            sent["Cookie"] = "; ".join(pairs)
        target = urllib.parse.urlunsplit(("", "", parts.path, parts.query, ""))
        connection.request(method, target, body, sent)
        reply = Reply(connection.getresponse())
        connection.close()
        for line in reply.headers.get_all("Set-Cookie") or []:
            self._keep(parts.netloc, line)
        return reply

    def get(self, url, **more):
        return self.send("GET", url, **more)

    def post_form(self, url, fields, **headers):
        body = urllib.parse.urlencode(fields)
        return self.send("POST", url, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def _keep(self, host, line):
        pair, *attributes = [part.strip() for part in line.split(";")]
        name, value = pair.split("=", 1)
        settings = dict(a.lower().partition("=")[::2] for a in attributes)
        path = settings.get("path", "/")
        if settings.get("max-age") == "0":
            self.cookies.pop((host, path, name), None)
        else:
            self.cookies[host, path, name] = value

    def cookie(self, name):
        return next((value for (_, _, key), value in self.cookies.items() if key == name), None)


def query(url):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
