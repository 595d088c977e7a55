// What the dashboard knows: one state, filled from the API by path, kept fresh by polling while someone looks.
import { allowance, call, Refusal, Unreachable } from "./api.js";

/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").Resource} Resource */
/** @typedef {import("./types.js").Balance} Balance */
/** @typedef {import("./types.js").Rental} Rental */

export const balancePath = "/v1/billing/balance";
export const mePath = "/v1/auth/me";
export const rentalsPath = "/v1/rentals?pageSize=200";
export const keysPath = "/v1/ssh-keys";

/** @type {State} */
export const state = {
    route: { name: "", id: "", query: new URLSearchParams(), path: "" },
    data: {},
    forms: {},
    busy: {},
    problems: {},
    picked: {},
    secrets: {},
    preview: { for: "", value: null, error: null, loading: false },
    signedOut: false,
    unreachable: false,
    mock: null,
    shortcuts: true,
    theme: "system",
};

/** @type {Resource} */
const nothing = { value: null, error: null, loading: true, at: 0 };

/** @param {State} state @param {string} path */
export const look = (state, path) => state.data[path] ?? nothing;

/** Whether this outlet does not have the path: its section stays hidden. @param {Resource} resource */
export const absent = (resource) =>
    resource.value === null && resource.error instanceof Refusal && resource.error.status === 404;

/** @type {Map<string, Promise<void>>} */
const underWay = new Map();

/** Asks for `path` anew, once at a time, and draws. @param {string} path @param {() => void} render */
export function load(path, render) {
    const running = underWay.get(path);
    if (running !== undefined) return running;
    const known = look(state, path);
    state.data[path] = { ...known, loading: true };
    const asking = ask(path, known).finally(() => {
        underWay.delete(path);
        render();
    });
    underWay.set(path, asking);
    return asking;
}

/** @param {string} path @param {Resource} known */
async function ask(path, known) {
    try {
        const value = await call("GET", path);
        state.data[path] = { value, error: null, loading: false, at: Date.now() };
        state.unreachable = false;
        if (path === mePath) state.signedOut = false;
        if (path === balancePath) setClock(/** @type {Balance} */ (value).updatedAt);
    } catch (error) {
        state.data[path] = { ...known, error: /** @type {Error} */ (error), loading: false };
        noteFailure(error);
    }
}

/** @param {unknown} error */
export function noteFailure(error) {
    if (error instanceof Unreachable) state.unreachable = true;
    if (error instanceof Refusal && error.status === 401) state.signedOut = true;
}

/** The outlet's clock less ours, in milliseconds. `updatedAt` is cut to the second and old by the way home, so every
    sample is a lower bound: the greatest of the last few is closest, and our counters never run ahead of the bill.
    @type {number[]} */
const clockSamples = [];

/** @param {string} iso */
function setClock(iso) {
    clockSamples.push(Date.parse(iso) - Date.now());
    if (clockSamples.length > 12) clockSamples.shift();
}

/** The outlet's time now, in seconds since 1970. */
export function serverNow() {
    return (Date.now() + (clockSamples.length === 0 ? 0 : Math.max(...clockSamples))) / 1_000;
}

/** @param {State} state @returns {Rental[]} */
export const rentals = (state) => look(state, rentalsPath).value?.rentals ?? [];

/** @param {Rental} rental */
export const isLive = (rental) => ["provisioning", "running", "stopping"].includes(rental.status);
/** @param {Rental} rental */
export const isMoving = (rental) => rental.status === "provisioning" || rental.status === "stopping";

/** How old `path` may get, in seconds: the money and the pods are watched, the rest is asked for when it is opened.
    @param {string} path @param {string[]} quick */
function shelfLife(path, quick) {
    if (quick.includes(path)) return 2;
    if (path === balancePath || path.startsWith("/v1/rentals")) {
        return rentals(state).some(isMoving)
            ? 10
            : look(state, balancePath).value?.burnPerHourCents > 0
            ? 15
            : 30;
    }
    if (path.startsWith("/v1/catalog/listings") || path.startsWith("/v1/catalog/families")) return 30;
    return Infinity;
}

let failures = 0;

/**
 * Looks once a second what has become too old.
 * @param {() => {paths: string[], quick: string[]}} wanted
 * @param {() => void} render
 */
export function keepFresh(wanted, render) {
    setInterval(() => {
        const waiting = document.hidden || state.signedOut || !navigator.onLine ||
            Date.now() < allowance.pausedUntil;
        if (waiting) return;
        const { paths, quick } = wanted();
        const slower = (state.unreachable ? 2 ** Math.min(failures, 3) : 1) *
            (allowance.remaining < 15 ? 4 : 1);
        for (const path of paths) {
            const resource = look(state, path);
            const age = (Date.now() - Math.max(resource.at, lastTry.get(path) ?? 0)) / 1_000;
            const life = resource.error instanceof Unreachable ? 4 : shelfLife(path, quick);
            if (path in state.data && (resource.loading || age < life * slower)) continue;
            lastTry.set(path, Date.now());
            load(path, render).then(() => {
                failures = state.unreachable ? failures + 1 : 0;
            });
        }
    }, 1_000);
}
/** @type {Map<string, number>} */
const lastTry = new Map();
