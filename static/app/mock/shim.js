// Puts the mock in the place of fetch for /v1/, in this tab. A live site does not carry this folder.
import { createServer } from "./server.js";

/**
 * What a browser may meet beside the outlet's own answers. `later` begins some seconds after the page did.
 */
const later = 4_000;

/** @param {string} scenario the word after ?mock=; empty is `demo` */
export function install(scenario) {
    const name = scenario === "" ? "demo" : scenario;
    const handle = createServer({ scenario: name, now: () => Date.now() / 1_000 });
    const real = globalThis.fetch.bind(globalThis);
    const begun = performance.now();

    globalThis.fetch = async (input, init) => {
        const request = new Request(input, init);
        const { pathname } = new URL(request.url);
        if (!pathname.startsWith("/v1/") && pathname !== "/healthz") return real(input, init);
        if (name === "offline" && performance.now() - begun > later) throw new TypeError("Failed to fetch");
        if (name === "unreachable") throw new TypeError("Failed to fetch");
        if (name === "slow") await new Promise((resolve) => setTimeout(resolve, 1_500));
        if (name === "basic" && !isBasic(pathname)) {
            return json(404, { error: "not_found", message: "There is no such path.", requestId: "0" });
        }
        if (name === "limited" && request.method !== "GET") {
            return json(429, {
                error: "rate_limited",
                message: "Too many requests. Wait a moment and try again.",
                requestId: "5e1f0a2c",
            }, { "Retry-After": "7" });
        }
        if (name === "error" && pathname.startsWith("/v1/rentals")) {
            return json(500, {
                error: "internal_error",
                message: "Something went wrong on our side.",
                requestId: "5e1f0a2b",
            });
        }
        return handle(request);
    };
}

/** An outlet without payments, tokens and limits. @param {string} pathname */
const isBasic = (pathname) =>
    !/^\/v1\/(tokens|events|auth\/sessions|billing\/(?!balance|ledger))/.test(pathname);

/** @param {number} status @param {object} body @param {Record<string, string>} [headers] */
const json = (status, body, headers) =>
    new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });
