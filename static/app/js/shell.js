// What surrounds every page: navigation, the balance pill, and the banners that hold for all of them.
import { dollars } from "../../js/format.js";
import { balancePath, look, mePath } from "./data.js";
import { html } from "./lib/html.js";
import { live } from "./live.js";
import { icon } from "./parts.js";

/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").Balance} Balance */

/** How the outlet calls itself: the frame that the page comes with says it. */
export const siteName = document.querySelector("[data-site-name]")?.textContent ?? "GPU Outlet";

const places = [
    ["overview", "/app", "Overview"],
    ["catalog", "/app/catalog", "Catalog"],
    ["rentals", "/app/rentals", "Instances"],
    ["billing", "/app/billing", "Billing"],
    ["keys", "/app/keys", "SSH keys"],
    ["account", "/app/account", "Account"],
];

/** @param {State} state @param {import("./lib/html.js").Safe} page */
export const shell = (state, page) => html`
    <header class="bar">
        <a class="brand" href="/app"><img src="/favicon.svg" alt="" width="26"
            height="26"><span data-site-name>${siteName}</span></a>
        ${state.mock !== null && html`<span class="tag warning mock-tag">Mock<span> data</span></span>`}
        <a class="icon-button help-link" href="/docs/" aria-label="Documentation">${icon("help")}</a>
        <button type="button" class="icon-button" data-do="theme" aria-label="Theme: ${state.theme}">
            ${icon(state.theme === "dark" ? "moon" : "sun")}</button>
        ${pill(state)}
    </header>
    <nav class="side" aria-label="Dashboard">
        <ul>${places.map(([name = "", href, text]) => html`<li><a href="${href}"
            ${isHere(state, name) && html`aria-current="page"`}>${icon(name)}<span>
            ${text}</span></a></li>`)}</ul>
    </nav>
    <main id="main" tabindex="-1">${banner(state)}<div class="page" data-key="${state.route.name}">
        ${page}</div></main>`;

/** @param {State} state @param {string} name */
const isHere = (state, name) => state.route.name === name || (name === "rentals" && state.route.name === "rental");

/** Available, and how long it lasts when something runs. @param {State} state */
function pill(state) {
    const resource = look(state, balancePath);
    /** @type {Balance | null} */
    const balance = resource.value;
    if (balance === null) return html`<a class="pill" href="/app/billing" aria-label="Balance">
        ${resource.error === null ? "$ …" : "$ –"}</a>`;
    const level = levelOf(balance);
    return html`<a class="pill ${level}" href="/app/billing">
        ${level !== "" && icon("warning")}<span class="visually-hidden">Available: </span>
        <b>${dollars(balance.availableCents)}</b>
        ${balance.runwaySeconds !== null &&
            html`<span class="lasts">lasts ${live("lasts", endOf(balance))}</span>`}</a>`;
}

/** Yellow below $5 or six hours, red below one hour. @param {Balance} balance */
export function levelOf(balance) {
    const runway = balance.runwaySeconds;
    if (runway !== null && runway < 3_600) return "bad";
    return balance.availableCents < 500 || (runway !== null && runway < 21_600) ? "warning" : "";
}

/** When the wallet would be empty. @param {Balance} balance */
export const endOf = (balance) =>
    new Date(Date.parse(balance.updatedAt) + (balance.runwaySeconds ?? 0) * 1_000).toISOString();

/** @param {State} state */
function banner(state) {
    if (state.signedOut && look(state, mePath).value !== null) {
        return html`<div class="notice banner" role="alert">
            <p><strong>You are signed out.</strong> Nothing was sent. What you typed is kept.
            <a href="${signInPath(state)}" data-do="keep-draft">Sign in again</a></p></div>`;
    }
    if (!navigator.onLine) return stale(state, "You are offline.", "Pods go on running, and being billed.");
    return state.unreachable ? stale(state, "The outlet cannot be reached.", "Trying again.") : "";
}

/** @param {State} state @param {string} what @param {string} more */
function stale(state, what, more) {
    const newest = Math.max(0, ...Object.values(state.data).map((resource) => resource.at));
    // The age ticks, so it stands outside of what is read out.
    return html`<div class="notice banner"><p><span role="status"><strong>${what}</strong> ${more}</span>
        ${newest > 0 && html`Figures are from ${live("age", newest)}.`}</p></div>`;
}

/** @param {State} state */
const signInPath = (state) => `/login?next=${encodeURIComponent(state.route.path.split("?")[0] ?? "")}`;

/** The whole page of someone who is not signed in. @param {State} state */
export const signedOutPage = (state) => html`<div class="empty"><h1 tabindex="-1">You are not signed in</h1>
    <p>Sign in to see your pods and your wallet. The catalog of prices is open to everyone.</p>
    <p class="actions"><a class="button" href="${signInPath(state)}">Sign in</a> <a class="button second"
        href="/">Start page</a></p></div>`;
