// Who one is, in the mock: logins, tokens, SSH keys.
import { newID, timeText } from "./ids.js";
import { Redirect, Refused } from "./replies.js";
import { route, text } from "./routing.js";

/** @typedef {import("./world.js").World} World */
/** @typedef {import("./routing.js").Call} Call */

/** @param {World} world */
const me = (world) => ({ user: world.user, expiresAt: timeText(world.clock() + 30 * 86_400) });

/** @param {Call} call */
function addKey({ world, body, now }) {
    const [name, line] = [text(body, "name", 64), text(body, "publicKey", 16_384).trim()];
    const match = /^(ssh-ed25519|ssh-rsa|ssh-dss|ecdsa-\S+|sk-\S+) ([A-Za-z0-9+/]{20,}={0,2})(\s.*)?$/.exec(
        line,
    );
    if (match === null) {
        throw new Refused(400, "invalid_key", "This is not a public key.", {
            publicKey: "must be one line of a .pub file",
        });
    }
    const [, algorithm = "", blob = ""] = match;
    if (algorithm === "ssh-dss") {
        throw new Refused(400, "weak_key", "DSA keys are too weak.", { publicKey: "is too weak" });
    }
    const fingerprint = `SHA256:${blob.slice(-43).padStart(43, "A")}`;
    if (world.keys.some((key) => key.fingerprint === fingerprint)) {
        throw new Refused(400, "duplicate_key", "This key is there already.", {
            publicKey: "is there already",
        });
    }
    const key = { id: newID("key", now, world.roll), name, fingerprint, algorithm, createdAt: timeText(now) };
    world.keys.unshift(key);
    return key;
}

/** Takes the item with that id out of a list. @param {any[]} list @param {string} id @param {string} code */
function removed(list, id, code) {
    const index = list.findIndex((each) => each.id === id);
    if (index < 0) throw new Refused(404, code, "There is no such thing.");
    list.splice(index, 1);
    return { ok: true };
}

/** @param {Call} call */
function addToken({ world, body, now }) {
    const name = text(body, "name", 64);
    if (!Array.isArray(body.scopes) || body.scopes.length === 0) {
        throw new Refused(400, "validation_failed", "scopes must name at least one.", {
            scopes: "must name at least one",
        });
    }
    const token = {
        id: newID("tok", now, world.roll),
        name,
        scopes: body.scopes,
        createdAt: timeText(now),
        lastUsedAt: null,
        lastUsedFrom: null,
        expiresAt: body.expiresInDays ? timeText(now + body.expiresInDays * 86_400) : null,
    };
    world.tokens.unshift(token);
    return {
        ...token,
        token: `gpo_${newID("x", now, world.roll).slice(2)}${newID("x", now, world.roll).slice(2)}`,
    };
}

/** @param {Call} call */
function signOut({ world }) {
    world.isSignedIn = false;
    return { ok: true };
}

/** @param {Call} call */
function signIn({ world }) {
    world.isSignedIn = true;
    return me(world);
}

export const identityRoutes = [
    route("POST", "/v1/auth/link", signIn, ["token"]),
    route("POST", "/v1/auth/request-code", () => ({ ok: true }), ["email", "intent"]),
    route("POST", "/v1/auth/verify-code", signIn, ["email", "code"]),
    route("GET", "/v1/auth/oauth/{id}", () => new Redirect("/login?error=oauth_unavailable")),
    route("GET", "/v1/auth/oauth/{id}/callback", () => new Redirect("/login?error=oauth_failed")),
    route("GET", "/v1/auth/providers", () => ({ providers: [], email: true })),
    route("GET", "/v1/auth/me", ({ world }) => me(world)),
    route("POST", "/v1/auth/logout", signOut),
    route("POST", "/v1/auth/logout-everywhere", signOut),
    route("GET", "/v1/auth/sessions", ({ world }) => ({ sessions: world.sessions })),
    route("DELETE", "/v1/auth/sessions/{id}", ({ world, id }) => removed(world.sessions, id, "not_found")),
    route("GET", "/v1/tokens", ({ world }) => ({ tokens: world.tokens })),
    route("POST", "/v1/tokens", addToken, ["name", "scopes", "expiresInDays"]),
    route("DELETE", "/v1/tokens/{id}", ({ world, id }) => removed(world.tokens, id, "not_found")),
    route("GET", "/v1/ssh-keys", ({ world }) => ({ keys: world.keys })),
    route("POST", "/v1/ssh-keys", addKey, ["name", "publicKey"]),
    route("DELETE", "/v1/ssh-keys/{id}", ({ world, id }) => removed(world.keys, id, "key_not_found")),
];
