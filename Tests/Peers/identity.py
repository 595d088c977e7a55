"""Providers of identities in the hand of a test: an OpenID Connect issuer and GitHub, strict with whoever calls, and
wrong in the one way that a test asks for."""

import base64
import hashlib
import hmac
import http.server
import json
import secrets
import ssl
import threading
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT, SECRET = "outlet", "sk canary+/%"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value):
    return base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Key:
    def __init__(self, name):
        self.name = name
        self.private = rsa.generate_private_key(65537, 2048)

    def public(self):
        numbers = self.private.public_key().public_numbers()
        return {"kty": "RSA", "use": "sig", "kid": self.name, "n": number(numbers.n), "e": number(numbers.e)}

    def token(self, claims, algorithm="RS256", **header):
        head = {"alg": algorithm, "kid": self.name, "typ": "JWT", **header}
        signed = ".".join(base64url(json.dumps(part).encode()) for part in (head, claims))
        return f"{signed}.{base64url(self._signature(signed.encode(), algorithm))}"

    def _signature(self, message, algorithm):
        if algorithm == "none":
            return b""
        if algorithm == "HS256":  # With what is public, as an attacker would.
            pem = self.private.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            return hmac.digest(pem, message, "sha256")
        return self.private.sign(message, padding.PKCS1v15(), hashes.SHA256())


class Server:
    """Answers by the methods `get_…` and `post_…` of its paths; `delay` and `status` bend a path's answers."""

    def __init__(self, host="127.0.0.1", certificate=None):
        """`certificate`: a file with a key and a certificate; then it speaks TLS only."""
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer._answer(self, "get")

            def do_POST(self):
                outer._answer(self, "post")

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http{'s' if certificate else ''}://{host}:{self.http.server_port}"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True, do_handshake_on_connect=False)
        self.reset()
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def reset(self):
        self.codes, self.tokens, self.delay, self.status, self.asked = {}, {}, {}, {}, []

    def stop(self):
        self.http.shutdown()
        self.http.server_close()

    def _answer(self, request, verb):
        parts = urllib.parse.urlsplit(request.path)
        body = request.rfile.read(int(request.headers.get("Content-Length", 0))).decode()
        self.asked.append(parts.path)
        time.sleep(self.delay.get(parts.path, 0))
        name = f"{verb}_{parts.path.strip('/').replace('/', '_').replace('.', '_').replace('-', '_')}"
        if parts.path in self.status:
            status, content = self.status[parts.path], {"error": "server_error"}
        elif not hasattr(self, name):
            status, content = 404, {"error": "not_found"}
        else:
            fields = dict(urllib.parse.parse_qsl(body or parts.query, keep_blank_values=True))
            status, content = getattr(self, name)(fields, request.headers)
        try:
            request.send_response(status)
            if status == 302:
                request.send_header("Location", content)
                content = ""
            data = (content if isinstance(content, str) else json.dumps(content)).encode()
            request.send_header("Content-Type", "application/json")
            request.send_header("Content-Length", str(len(data)))
            request.end_headers()
            request.wfile.write(data)
        except OSError:
            pass

    def grant(self, fields, **more):
        """A code for what was asked, on the way back to who asked: at once, as if the person had agreed."""
        assert fields["response_type"] == "code" and fields["client_id"] == CLIENT
        assert fields["code_challenge_method"] == "S256" and len(fields["code_challenge"]) == 43
        code = secrets.token_urlsafe()
        self.codes[code] = fields
        back = {"code": code, "state": fields["state"], **more}
        return 302, f"{fields['redirect_uri']}?{urllib.parse.urlencode(back)}"

    def redeem(self, fields):
        """What was asked for with this code, once, to who has the verifier."""
        asked = self.codes.pop(fields.get("code"), None)
        if asked is None or asked["redirect_uri"] != fields.get("redirect_uri"):
            return None
        digest = hashlib.sha256(fields.get("code_verifier", "").encode()).digest()
        return asked if base64url(digest) == asked["code_challenge"] else None


class Issuer(Server):
    def reset(self):
        super().reset()
        self.key = Key("first")
        self.published = [self.key.public()]
        self.claims, self.information, self.document = {}, None, {}
        self.sign = self.key.token  # From claims to a token.

    def get__well_known_openid_configuration(self, *_):
        return 200, {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/userinfo",
            **self.document,
        }

    def get_keys(self, *_):
        return 200, {"keys": self.published}

    def get_authorize(self, fields, _):
        assert fields["scope"].split() == ["openid", "email"] and fields["nonce"]
        return self.grant(fields)

    def post_token(self, fields, headers):
        pair = ":".join(urllib.parse.quote(part, safe="") for part in (CLIENT, SECRET))
        if headers["Authorization"] != f"Basic {base64.b64encode(pair.encode()).decode()}":
            return 401, {"error": "invalid_client"}
        asked = self.redeem(fields)
        if asked is None:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.url, "aud": CLIENT, "sub": "42", "nonce": asked["nonce"], "iat": now, "exp": now + 300,
            "email": "grace@example.org", "email_verified": True, **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return 200, {"access_token": "at canary", "token_type": "Bearer", "id_token": self.sign(claims)}

    def get_userinfo(self, _, headers):
        assert headers["Authorization"] == "Bearer at canary"
        return (200, self.information) if self.information else (403, {})


class GitHub(Server):
    """An Enterprise Server: the API is below /api/v3. Refusals of the token endpoint come with status 200."""

    def reset(self):
        super().reset()
        self.user = {"id": 583231, "login": "grace", "email": None}
        self.emails = [
            {"email": "other@example.org", "primary": False, "verified": True, "visibility": None},
            {"email": "Grace@Example.org", "primary": True, "verified": True, "visibility": "private"},
        ]

    def get_login_oauth_authorize(self, fields, _):
        assert fields["scope"] == "user:email"
        return self.grant(fields)

    def post_login_oauth_access_token(self, fields, headers):
        if headers["Accept"] != "application/json":
            return 200, "error=not_what_we_understand"
        if (fields.get("client_id"), fields.get("client_secret")) != (CLIENT, SECRET):
            return 200, {"error": "incorrect_client_credentials"}
        if self.redeem(fields) is None:
            return 200, {"error": "bad_verification_code", "error_description": "canary"}
        return 200, {"access_token": "gho_canary", "scope": "user:email", "token_type": "bearer"}

    def _api(self, headers, content):
        if not headers.get("User-Agent") or headers["Authorization"] != "Bearer gho_canary":
            return 401, {"message": "Bad credentials"}
        return 200, content

    def get_api_v3_user(self, _, headers):
        return self._api(headers, self.user)

    def get_api_v3_user_emails(self, _, headers):
        return self._api(headers, self.emails)
