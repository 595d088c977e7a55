// Signs in with a code by e-mail, or with the token after #link=, then goes on to where the visitor came from, or
// shows who is signed in. The token leaves the address bar at once: it works one time only, and does not belong in
// the history.
import { offerAccountsElsewhere } from "./elsewhere.js";
import { dayAndTime, dollars } from "./format.js";

/** A reply of the API that is not a success. */
class Refused extends Error {
    /**
     * @param {number} status @param {{error?: string, message?: string, requestId?: string}} body
     * @param {number} retryAfter seconds
     */
    constructor(status, body, retryAfter) {
        super(body.message ?? "The service did not answer as expected.");
        this.status = status;
        this.code = body.error ?? "";
        this.retryAfter = retryAfter;
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
    if (!reply.ok) throw new Refused(reply.status, content, Number(reply.headers.get("Retry-After") ?? 0));
    return content;
}

/** @param {string} state */
function show(state) {
    for (const section of document.querySelectorAll("[data-state]")) {
        section.toggleAttribute("hidden", !section.getAttribute("data-state")?.split(" ").includes(state));
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

/** Where the visitor came from: a path of this site's dashboard, and nothing else that `next` may hold. */
function cameFrom() {
    const next = new URLSearchParams(location.search).get("next") ?? "";
    return /^\/app(\/[\w/.-]*)?$/.test(next) && !next.includes("..") ? next : null;
}

/** @param {{user: {email: string}, expiresAt: string}} signedIn */
async function showSignedIn(signedIn) {
    const next = cameFrom();
    if (next !== null) return location.replace(next);
    const balance = await call("GET", "/v1/billing/balance");
    fill({
        email: signedIn.user.email,
        available: dollars(balance.availableCents),
        reserved: dollars(balance.reservedCents),
        expires: dayAndTime(signedIn.expiresAt),
    });
    document.title = document.title.replace(/^[^·]*/, "Signed in ");
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
            await askForAddress();
        } else showFailure(error, !redeemed);
    }
}

/** Shows the form that sends codes, where this outlet sends any. */
async function askForAddress() {
    const offers = await call("GET", "/v1/auth/providers").catch(() => ({ email: false }));
    if (!offers.email) return show("link-needed");
    show("email");
    field("email").focus();
}

/** @param {string} name @returns {HTMLInputElement} */
const field = (name) => /** @type {HTMLInputElement} */ (document.getElementById(name));

/** @param {string} name @param {string} problem the empty text takes it away */
function complain(name, problem) {
    const place = document.getElementById(`${name}-error`);
    if (place !== null) place.textContent = problem;
    field(name).setAttribute("aria-invalid", String(problem !== ""));
    if (problem !== "") field(name).focus();
}

/** @param {unknown} error */
function wordsOf(error) {
    if (!(error instanceof Refused)) return "The outlet cannot be reached. Try again in a moment.";
    if (error.code === "invalid_email") return "This is not an e-mail address. It looks like ada@example.org.";
    if (error.code === "code_request_rate_limited") return `A code was sent a moment ago. Another can be sent in ${error.retryAfter} s.`;
    if (error.code === "code_invalid") return "This is not the code of the newest letter. Look again, or send another.";
    return error.requestId === "" ? error.message : `${error.message} (Request ${error.requestId})`;
}

/** Sends a code, from either form. @param {string} from the field that tells of a problem */
async function sendCode(from) {
    complain(from, "");
    const email = field("email").value.trim();
    if (email === "") return complain("email", "Enter your e-mail address.");
    try {
        await call("POST", "/v1/auth/request-code", { email });
    } catch (error) {
        return complain(from, wordsOf(error));
    }
    fill({ address: email, sent: from === "code" ? "Another code is on its way. The one before works no more." : "" });
    field("code").value = "";
    show("code");
    field("code").focus();
}

async function checkCode() {
    complain("code", "");
    const code = field("code").value.replace(/\s/g, "");
    if (!/^[0-9]{6}$/.test(code)) return complain("code", "The code has six digits.");
    try {
        await showSignedIn(await call("POST", "/v1/auth/verify-code", { email: field("email").value.trim(), code }));
    } catch (error) {
        complain("code", wordsOf(error));
    }
}

/** One at a time: a second press while the first runs does nothing. @param {string} form @param {() => Promise<unknown>} work */
function onSubmit(form, work) {
    const element = document.getElementById(form);
    let busy = false;
    element?.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (busy) return;
        busy = true;
        element.setAttribute("aria-busy", "true");
        await work().finally(() => {
            busy = false;
            element.removeAttribute("aria-busy");
        });
    });
}

/** Takes the token out of the address. */
function takeToken() {
    const token = new URLSearchParams(location.hash.slice(1)).get("link");
    if (token !== null) history.replaceState(null, "", location.pathname + location.search);
    return token;
}

/** @type {Record<string, () => void | Promise<void>>} */
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
    resend: () => sendCode("code"),
    "other-address": () => {
        complain("email", "");
        show("email");
        field("email").focus();
    },
};

onSubmit("email-form", () => sendCode("email"));
onSubmit("code-form", checkCode);

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
const wantsMock = /[?&]mock\b/.test(location.search) || document.querySelector("meta[name=mock]") !== null;
if (wantsMock) await (await import("./mock.js")).useMock();
await start();
