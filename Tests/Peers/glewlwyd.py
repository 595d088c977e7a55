"""Debian's glewlwyd as a strict OpenID Connect issuer: no code without PKCE by S256, none twice, exact addresses."""

import gzip
import http.client
import json
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.parse

import pytest

PROGRAM, SCHEMA = "/usr/bin/glewlwyd", pathlib.Path("/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz")
MODULES = pathlib.Path("/usr/lib/glewlwyd")


class Glewlwyd:
    def __init__(self):
        if not pathlib.Path(PROGRAM).exists() or not SCHEMA.exists():
            pytest.skip("glewlwyd is not installed, or without its documentation, which holds its schema")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="gl."))
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        self.url = f"http://localhost:{self.port}/api/oidc"
        self.redirect = None  # Known before the first person comes.
        self.users = []
        database = sqlite3.connect(self.folder / "g.db")
        database.executescript(gzip.decompress(SCHEMA.read_bytes()).decode())
        database.close()
        self._write_configuration()
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(
            [PROGRAM, "-c", self.folder / "g.conf", "-m", "console"], stdout=self.log, stderr=self.log)
        self._wait_until_it_answers()
        self.admin = self._log_in("admin", "password")
        self._set_up()

    def _write_configuration(self):
        modules = {
            "user_module_path": "user", "user_middleware_module_path": "user_middleware",
            "client_module_path": "client", "user_auth_scheme_module_path": "scheme", "plugin_module_path": "plugin",
        }
        settings = {
            "port": self.port, "bind_address": "127.0.0.1", "external_url": f"http://localhost:{self.port}",
            "login_url": "login.html", "api_prefix": "api", "static_files_path": str(self.folder),
            "log_mode": "console", "log_level": "INFO", "cookie_domain": "localhost", "cookie_secure": 0,
            "session_expiration": 3600, "session_key": "GLEWLWYD", "admin_scope": "g_admin",
            "profile_scope": "g_profile", "hash_algorithm": "SHA512",
            **{key: str(MODULES / name) for key, name in modules.items()},
        }
        lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
        lines.append(f'database = {{ type = "sqlite3"; path = "{self.folder}/g.db" }};')
        (self.folder / "g.conf").write_text("\n".join(lines) + "\n")

    def _set_up(self):
        """The plugin with its keys, the scopes, and a property of people that says whether an address is verified."""
        subprocess.run(["openssl", "genrsa", "-out", "key", "2048"], cwd=self.folder, check=True, capture_output=True)
        subprocess.run(["openssl", "rsa", "-in", "key", "-pubout", "-out", "pem"], cwd=self.folder, check=True,
                       capture_output=True)
        people = self._ask("GET", "/api/mod/user/database")
        people["parameters"]["data-format"] = {
            "email_verified": {"multiple": False, "read": True, "write": True, "profile-read": True}}
        self._ask("PUT", "/api/mod/user/database", people)
        self._ask("PUT", "/api/mod/user/database/reset")
        for name in ("openid", "email"):
            scope = {"name": name, "display_name": name, "description": name, "password_required": True, "scheme": {}}
            if name not in [known["name"] for known in self._ask("GET", "/api/scope")]:
                self._ask("POST", "/api/scope", scope)
        claim = {
            "name": "email_verified", "user-property": "email_verified", "type": "boolean",
            "boolean-value-true": "yes", "boolean-value-false": "no", "mandatory": True, "on-demand": False,
            "scope": [],
        }
        self._ask("POST", "/api/mod/plugin", {
            "module": "oidc", "name": "oidc", "display_name": "oidc", "enabled": True, "parameters": {
                "iss": self.url, "jwt-type": "rsa", "jwt-key-size": "256", "key": (self.folder / "key").read_text(),
                "cert": (self.folder / "pem").read_text(), "access-token-duration": 3600,
                "refresh-token-duration": 3600, "code-duration": 600, "auth-type-code-enabled": True,
                "auth-type-code-revoke-replayed": True, "pkce-allowed": True, "pkce-required": True,
                "pkce-method-plain-allowed": False, "jwks-show": True, "email-claim": "mandatory",
                "claims": [claim], "oauth-dpop-iat-duration": 60, "subject-type": "public",
            }})

    def add(self, name, email_verified):
        if not self.users:
            self._ask("POST", "/api/client", {
                "client_id": "outlet", "name": "outlet", "client_secret": "sk-canary", "confidential": True,
                "enabled": True, "redirect_uri": [self.redirect], "authorization_type": ["code"],
                "token_endpoint_auth_method": ["client_secret_basic"], "scope": []})
        self.users.append(name)
        self._ask("POST", "/api/user", {
            "username": name, "password": f"{name} canary", "email": f"{name}@example.org", "enabled": True,
            "scope": ["openid", "email", "g_profile"], "email_verified": "yes" if email_verified else "no"})

    def agree(self, location, name):
        """Logs in, grants, and asks again, as glewlwyd's own page would."""
        session = self._log_in(name, f"{name} canary")
        self._ask("PUT", "/api/auth/grant/outlet", {"scope": "openid email"}, session)
        parts = urllib.parse.urlsplit(location)
        reply = self._send("GET", f"{parts.path}?{parts.query}&g_continue", None, session)
        assert reply.status == 302, (reply.status, reply.body)
        return reply.headers["Location"]

    def _log_in(self, name, password):
        reply = self._send("POST", "/api/auth/", {"username": name, "password": password})
        assert reply.status == 200, (reply.status, reply.body)
        return reply.headers["Set-Cookie"].split(";")[0]

    def _ask(self, method, path, content=None, session=None):
        reply = self._send(method, path, content, session or self.admin)
        assert reply.status == 200, (method, path, reply.status, reply.body)
        return json.loads(reply.body) if reply.body else None

    def _send(self, method, path, content=None, session=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Host": f"localhost:{self.port}", **({"Cookie": session} if session else {})}
        body = None
        if content is not None:
            body, headers["Content-Type"] = json.dumps(content), "application/json"
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        reply.body = reply.read().decode()
        connection.close()
        return reply

    def _wait_until_it_answers(self):
        deadline = time.monotonic() + 30
        while True:
            try:
                self._send("GET", "/config")
                return
            except OSError:
                assert time.monotonic() < deadline and self.process.poll() is None, (self.folder / "log").read_text()
                time.sleep(0.1)

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
