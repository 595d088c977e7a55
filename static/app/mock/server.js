// An outlet that is one function: handle(Request) → Response, for the whole of /v1. It reads no clock and sends nothing
// of its own, so that the browser (shim.js), the tests and the contract test all use the same one.
import { dice } from "./ids.js";
import { Redirect, Refused, Text } from "./replies.js";
import { routes } from "./routes.js";
import { World } from "./world.js";

/** Whom a route is open to without a login. */
const open =
    /^\/v1\/(catalog\/|auth\/(link|providers|oauth\/.*|request-code|verify-code)|webhooks\/)|^\/(healthz|metrics)$/;

/**
 * @param {{scenario?: string, now?: () => number, seed?: number}} [options] `now` in seconds since 1970
 * @returns {(request: Request) => Promise<Response>}
 */
export function createServer({ scenario = "demo", now = () => 1_780_000_000, seed = 7 } = {}) {
    const world = new World(scenario, now, seed);
    const roll = dice(seed + 1);
    /** @type {Map<string, {body: string, reply: {status: number, text: string, type: string}}>} */
    const replies = new Map();

    return async (request) => {
        const url = new URL(request.url);
        const requestId = Array.from({ length: 16 }, () => Math.floor(roll() * 16).toString(16)).join("");
        const headers = new Headers({
            "X-Request-Id": requestId,
            Date: new Date(now() * 1_000).toUTCString(),
            "Cache-Control": "no-store",
        });
        const answer = (
            /** @type {number} */ status,
            /** @type {any} */ value,
            /** @type {string} */ type = "application/json",
        ) => {
            headers.set("Content-Type", type);
            if (value instanceof Redirect) headers.set("Location", value.location);
            return { status, text: type === "application/json" ? JSON.stringify(value) : value, type };
        };
        const body = request.method === "POST" || request.method === "PUT" ? await request.text() : "";
        const key = request.headers.get("Idempotency-Key");
        const name = `${key} ${request.method} ${url.pathname}`;
        let reply;
        try {
            world.advance(now());
            if (!open.test(url.pathname)) {
                headers.set("X-RateLimit-Limit", "100");
                headers.set("X-RateLimit-Remaining", "90");
                headers.set("X-RateLimit-Reset", String(Math.floor(now()) + 60));
                if (!world.isSignedIn) throw new Refused(401, "unauthorized", "Sign in first.");
            }
            const before = key === null ? undefined : replies.get(name);
            if (before !== undefined && before.body !== body) {
                throw new Refused(409, "idempotency_key_reused", "This key was used with another body.");
            }
            if (before !== undefined) headers.set("Idempotency-Replayed", "true");
            reply = before?.reply ?? answered(world, request, url, body, answer);
            headers.set("Content-Type", reply.type);
            if (key !== null && request.method === "POST") replies.set(name, { body, reply });
        } catch (error) {
            if (!(error instanceof Refused)) throw error;
            const { status, code, details } = error;
            for (const [header, value] of Object.entries(error.headers)) headers.set(header, value);
            reply = answer(status, {
                error: code,
                message: error.message,
                ...(details === undefined ? {} : { details }),
                requestId,
            });
        }
        const tag = `"${hash(reply.text)}"`;
        const isTagged = request.method === "GET" && reply.status === 200 &&
            (url.pathname.startsWith("/v1/catalog/") || url.pathname === "/v1/rentals" ||
                url.pathname === "/v1/billing/balance");
        if (isTagged) headers.set("ETag", tag);
        if (isTagged && request.headers.get("If-None-Match") === tag) {
            return new Response(null, { status: 304, headers });
        }
        return new Response(request.method === "HEAD" ? null : reply.text, { status: reply.status, headers });
    };
}

/**
 * @param {World} world
 * @param {Request} request
 * @param {URL} url
 * @param {string} body
 * @param {(status: number, value: any, type?: string) => any} answer
 */
function answered(world, request, url, body, answer) {
    const path = routes.filter((route) => route.pattern.test(url.pathname));
    if (path.length === 0) throw new Refused(404, "not_found", "There is no such path.");
    const method = request.method === "HEAD" ? "GET" : request.method;
    const route = path.find((each) => each.method === method);
    if (route === undefined) {
        throw new Refused(405, "method_not_allowed", "This path takes other methods.", undefined, {
            Allow: path.map((each) => each.method).join(", "),
        });
    }
    const [, id = ""] = route.pattern.exec(url.pathname) ?? [];
    const now = Math.floor(world.clock());
    const value = route.handle({
        world,
        now,
        id,
        query: url.searchParams,
        body: parsed(route.fields, body),
        accept: request.headers.get("Accept") ?? "",
    });
    if (value instanceof Redirect) return answer(302, value);
    return value instanceof Text ? answer(200, value.text, value.type) : answer(200, value);
}

/** @param {string[] | undefined} fields the names that may be there @param {string} body */
function parsed(fields, body) {
    if (fields === undefined) return {};
    let value;
    try {
        value = JSON.parse(body);
    } catch {
        throw new Refused(400, "validation_failed", "The body is not JSON.", { body: "must be JSON" });
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw new Refused(400, "validation_failed", "The body must be an object.", {
            body: "must be an object",
        });
    }
    for (const field of Object.keys(value)) {
        if (!fields.includes(field)) {
            throw new Refused(400, "validation_failed", `${field} is not a field of this call.`, {
                [field]: "is not known",
            });
        }
    }
    return value;
}

/** @param {string} text */
function hash(text) {
    let sum = 2_166_136_261;
    for (let index = 0; index < text.length; index += 1) {
        sum = Math.imul(sum ^ text.charCodeAt(index), 16_777_619) >>> 0;
    }
    return sum.toString(36);
}
