// The first page: what is in the wallet, how long it lasts, what runs, and what to do next.
import { change, counted, dayAndTime, dollars } from "../../../js/format.js";
import { absent, balancePath, isLive, keysPath, look, rentals, rentalsPath } from "../data.js";
import { html } from "../lib/html.js";
import { live } from "../live.js";
import { empty, fact, launchLink, podCard, section } from "../parts.js";
import { stopOne } from "../stopping.js";
import { endOf, levelOf } from "../shell.js";
import { entryLabels } from "../ledger.js";

/** @typedef {import("../types.js").State} State */

const ledgerPath = "/v1/billing/ledger?pageSize=30";

/** @type {import("../types.js").Page} */
export const page = {
    title: () => "Overview",
    paths: () => [rentalsPath, keysPath, ledgerPath],
    actions: { stop: stopOne },
    view: (state) => html`<h1 tabindex="-1">Overview</h1>
        ${nextSteps(state)}
        <div class="overview">
            <section class="card wallet" aria-labelledby="wallet"><h2 id="wallet">Wallet</h2>
                ${wallet(state)}</section>
            <section class="pods-now" aria-labelledby="pods">${pods(state)}</section>
            <section class="card" aria-labelledby="latest"><h2 id="latest">Latest movements</h2>
                ${latest(state)}</section>
        </div>`,
};

/** @param {State} state */
function wallet(state) {
    const resource = look(state, balancePath);
    return section(resource, balancePath, () => {
        /** @type {import("../types.js").Balance} */
        const balance = resource.value;
        const runs = balance.runwaySeconds !== null;
        return html`<p class="amount-big ${levelOf(balance)}">
            ${dollars(balance.availableCents)} <span>available</span></p>
            <p class="quiet">${runs ? html`Lasts about <b>
                ${live("lasts", endOf(balance))}</b>, until ${dayAndTime(endOf(balance))}.
                    Pods stop at the second it is used up; the balance never goes below zero.`
                : "Nothing runs, so nothing is being spent."}</p>
            <dl class="figures">${fact("Reserved", dollars(balance.reservedCents))}
                ${fact("Hourly burn", `${dollars(balance.burnPerHourCents)}/hr`)}
                ${fact("Not yet posted", dollars(balance.pendingCents))}</dl>
            <p><a href="/app/billing">Wallet and ledger</a></p>`;
    }, 4);
}

/** @param {State} state */
function pods(state) {
    const resource = look(state, rentalsPath);
    const alive = rentals(state).filter(isLive);
    return html`<div class="head-row"><h2 id="pods">
        ${resource.value === null ? "Pods" : alive.length === 0 ? "No pod runs"
            : `${counted(alive.length, "pod")} now`}</h2>
        ${alive.length > 0 && html`<a href="/app/rentals">All instances</a>`}</div>
        ${section(resource, rentalsPath, () => alive.length === 0
            ? html`<div class="card">
                ${empty("rentals", "Ready when you are",
                    "A pod takes a few seconds to a few minutes to start. You pay from its first second of SSH, by the second.", launchLink())}</div>`
            : html`<ul class="pods">
                ${alive.slice(0, 4).map((rental) => podCard(rental, resource, state))}</ul>
                ${alive.length > 4 && html`<p><a href="/app/rentals">
                    ${counted(alive.length - 4, "more pod")}</a></p>`}`)}`;
}

/** @param {State} state */
function nextSteps(state) {
    const keys = look(state, keysPath).value?.keys;
    const balance = look(state, balancePath).value;
    const needsKey = keys !== undefined && keys.length === 0;
    const needsMoney = balance !== null && balance.totalCents === 0;
    if (!needsKey && !needsMoney) return "";
    return html`<section class="notice steps" data-key="steps" aria-labelledby="steps">
        <h2 id="steps">Before the first pod</h2><ol>
        ${needsKey && html`<li><a href="/app/keys">Add your SSH key.</a> Pods accept it from their first second.</li>`}
        ${needsMoney && html`<li><a href="/app/billing">Put money into the wallet.</a> A launch sets aside the
            price of one hour.</li>`}
        <li><a href="/app/catalog">Pick a GPU</a> and launch.</li></ol></section>`;
}

/** @param {State} state */
function latest(state) {
    const resource = look(state, ledgerPath);
    if (absent(resource)) return "";
    return section(resource, ledgerPath, () => {
        /** @type {import("../types.js").LedgerEntry[]} */
        const all = resource.value.entries;
        // Holds come and go without changing what one has; the ledger itself shows them.
        const entries = all.filter((entry) => entry.amountCents !== 0).slice(0, 6);
        if (entries.length === 0) return html`<p class="quiet">The ledger is empty.
            Its first line will be your first top-up.</p>`;
        return html`<ul class="lines">${entries.map((entry) => html`<li data-key="${entry.id}"><span>
            ${entryLabels[entry.type] ?? entry.type}
            <span class="quiet small block">${dayAndTime(entry.createdAt)}</span></span>
            <b>${change(entry.amountCents)}</b></li>`)}</ul>
            <p><a href="/app/billing">The whole ledger</a></p>`;
    }, 5);
}
