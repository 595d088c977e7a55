// Signs in with the token after #link=, then shows who is signed in. The token leaves the address bar at once:
// it works one time only, and does not belong in the history.
import { offerAccountsElsewhere } from "./elsewhere.js";
import { dayAndTime, dollars } from "./format.js";

/** A reply of the API that is not a success. */
class Refused extends Error {
    /** @param {number} status @param {{error?: string, message?: string, requestId?: string}} body */
    constructor(status, body) {
        super(body.message ?? "The service did not answer as expected.");
        this.status = status;
        this.requestId = body.requestId ?? "";
    }
}

/** @param {string} method @param {string} path @param {object} [body] */
async function call(method, path, body) {
    const reply = await fetch(path, {
        method,
        headers: body === undefined ? {} : { "Content-Type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(15_000),
    });
    const content = await reply.json().catch(() => ({}));
    if (!reply.ok) throw new Refused(reply.status, content);
    return content;
}

/** @param {string} state */
function show(state) {
    for (const section of document.querySelectorAll("[data-state]")) {
        section.toggleAttribute("hidden", section.getAttribute("data-state") !== state);
    }
    if (state !== "working") document.querySelector("h1")?.focus();
}

/** @param {Record<string, string>} facts */
function fill(facts) {
    for (const [name, text] of Object.entries(facts)) {
        const place = document.querySelector(`[data-fact="${name}"]`);
        if (place !== null) place.textContent = text;
    }
}

/** @param {{user: {email: string}, expiresAt: string}} signedIn */
async function showSignedIn(signedIn) {
    const balance = await call("GET", "/v1/billing/balance");
    fill({
        email: signedIn.user.email,
        available: dollars(balance.availableCents),
        reserved: dollars(balance.reservedCents),
        expires: dayAndTime(signedIn.expiresAt),
    });
    document.title = "Signed in · GPU Outlet";
    const heading = document.querySelector("h1");
    if (heading !== null) heading.textContent = "Signed in";
    show("signed-in");
}

/** @param {unknown} error @param {boolean} byLink */
function showFailure(error, byLink) {
    let retry = true;
    if (!(error instanceof Refused)) {
        fill({ problem: "The outlet cannot be reached.", remedy: "Try again in a moment.", request: "" });
    } else {
        const request = error.requestId === "" ? "" : `Request ${error.requestId}`;
        const spent = byLink && error.status >= 400 && error.status < 500 && error.status !== 429;
        retry = !spent;
        if (!spent) fill({ problem: error.message, remedy: "", request });
        else {
            fill({
                problem: "This link does not work any more.",
                remedy: "A link works one time, and for a limited time. Ask the operator for a new one.",
                request,
            });
        }
    }
    document.querySelector("[data-retry]")?.toggleAttribute("hidden", !retry);
    show("failed");
}

/** Signs in with the link when there is one, else looks who is signed in already. */
async function start() {
    show("working");
    const byLink = link !== null;
    let redeemed = !byLink;
    try {
        const signedIn = byLink ? await call("POST", "/v1/auth/link", { token: link }) : await call("GET", "/v1/auth/me");
        redeemed = true;
        link = null;
        await showSignedIn(signedIn);
    } catch (error) {
        if (!byLink && error instanceof Refused && error.status === 401) {
            await offerAccountsElsewhere();
            show("link-needed");
        } else showFailure(error, !redeemed);
    }
}

/** Takes the token out of the address. */
function takeToken() {
    const token = new URLSearchParams(location.hash.slice(1)).get("link");
    if (token !== null) history.replaceState(null, "", location.pathname);
    return token;
}

/** @type {Record<string, () => Promise<void>>} */
const actions = {
    "sign-out": async () => {
        try {
            await call("POST", "/v1/auth/logout");
            location.reload();
        } catch (error) {
            showFailure(error, false);
        }
    },
    retry: start,
};

document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target.closest("[data-do]") : null;
    const action = actions[target?.getAttribute("data-do") ?? ""];
    if (action !== undefined) action();
});
// A second link opened in this tab changes the part after # and nothing else.
addEventListener("hashchange", () => {
    const token = takeToken();
    if (token === null) return;
    link = token;
    start();
});

let link = takeToken();
await start();
