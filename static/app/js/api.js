// The one way to call /v1. A reply that is no success is thrown: Refusal when the outlet said no, Unreachable when
// nobody answered.

/** The outlet's no, in its own words. */
export class Refusal extends Error {
    /**
     * @param {number} status
     * @param {{error?: string, message?: string, details?: any, requestId?: string}} body
     * @param {number} retryAfter
     */
    constructor(status, body, retryAfter) {
        super(body.message ?? `The outlet answered with status ${status}.`);
        this.status = status;
        this.code = body.error ?? "internal_error";
        this.details = body.details ?? {};
        this.requestId = body.requestId ?? "";
        this.retryAfter = retryAfter;
    }
}

export class Unreachable extends Error {
    constructor() {
        super("The outlet cannot be reached.");
    }
}

/**
 * Replies that have an ETag, so that an unchanged one costs a tenth of a request.
 * @type {Map<string, {tag: string, value: any}>}
 */
const kept = new Map();

/** Until when nothing but the visitor's own acts is sent, and what is left of the allowance. */
export const allowance = { pausedUntil: 0, remaining: Infinity };

/** A name for one intended effect: sent again with the same key, it happens once. */
export function newKey() {
    return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0"))
        .join("");
}

/**
 * @param {string} method @param {string} path
 * @param {{body?: object, key?: string, signal?: AbortSignal}} [options] `key` is the Idempotency-Key
 * @returns {Promise<any>}
 */
export async function call(method, path, { body, key, signal } = {}) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (key !== undefined) headers["Idempotency-Key"] = key;
    const known = method === "GET" ? kept.get(path) : undefined;
    if (known !== undefined) headers["If-None-Match"] = known.tag;

    const reply = await sent(path, { method, headers, body: body && JSON.stringify(body) }, signal);
    noteAllowance(reply);
    if (reply.status === 304 && known !== undefined) return known.value;
    const isJSON = reply.headers.get("Content-Type")?.startsWith("application/json") ?? false;
    const value = await (isJSON ? reply.json() : reply.text()).catch(() => ({}));
    if (!reply.ok) {
        throw new Refusal(reply.status, isJSON ? value : {}, Number(reply.headers.get("Retry-After") ?? 0));
    }
    const tag = reply.headers.get("ETag");
    if (method === "GET" && tag !== null) kept.set(path, { tag, value });
    return value;
}

/** @param {string} path @param {RequestInit} request @param {AbortSignal | undefined} signal */
async function sent(path, request, signal) {
    const limit = AbortSignal.timeout(20_000);
    try {
        return await fetch(path, {
            ...request,
            signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        });
    } catch (error) {
        if (signal?.aborted) throw error;
        throw new Unreachable();
    }
}

/** @param {Response} reply */
function noteAllowance(reply) {
    const remaining = reply.headers.get("X-RateLimit-Remaining");
    if (remaining !== null) allowance.remaining = Number(remaining);
    if (reply.status === 429) {
        allowance.pausedUntil = Date.now() +
            Math.max(1, Number(reply.headers.get("Retry-After") ?? 5)) * 1_000;
    }
}
