// What a route of the mock is, and pages of a list.
import { Refused } from "./replies.js";

/**
 * @typedef {{world: import("./world.js").World, now: number, id: string, query: URLSearchParams, body: any, accept: string}}
 *   Call
 */
/** @typedef {{method: string, pattern: RegExp, fields?: string[], handle: (call: Call) => any}} Route */

/**
 * @param {string} method
 * @param {string} path with `{id}`
 * @param {(call: Call) => any} handle
 * @param {string[]} [fields]
 * @returns {Route}
 */
export const route = (method, path, handle, fields) => ({
    method,
    pattern: new RegExp(`^${path.replace("{id}", "([^/]+)")}$`),
    handle,
    ...(fields === undefined ? {} : { fields }),
});

/**
 * One page of `all`; the cursor is the place of the next.
 * @param {any[]} all
 * @param {URLSearchParams} query
 */
export function paged(all, query) {
    const size = Number(query.get("pageSize") ?? 50);
    const from = Number(query.get("cursor") ?? 0);
    if (!(Number.isInteger(size) && size >= 1 && size <= 200)) {
        throw new Refused(400, "validation_failed", "pageSize must be from 1 to 200.", {
            pageSize: "must be from 1 to 200",
        });
    }
    if (!(Number.isInteger(from) && from >= 0)) {
        throw new Refused(400, "validation_failed", "The cursor is spoiled.", {
            cursor: "must be the nextCursor of a reply",
        });
    }
    return {
        page: all.slice(from, from + size),
        nextCursor: from + size < all.length ? String(from + size) : null,
    };
}

/** @param {any} body @param {string} name @param {number} longest */
export function text(body, name, longest) {
    const value = body[name];
    if (typeof value !== "string" || value.length < 1 || value.length > longest) {
        throw new Refused(400, "validation_failed", `${name} must be a text of 1 to ${longest} characters.`, {
            [name]: `must be 1 to ${longest} characters`,
        });
    }
    return value;
}
