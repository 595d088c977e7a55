// The wallet: what is in it, how money gets in, what was spent on which day, and every line of the ledger.
import { change, dayAndTime, dollars } from "../../../js/format.js";
import { call } from "../api.js";
import { spendChart } from "../chart.js";
import { balancePath, look, rentals, rentalsPath, serverNow } from "../data.js";
import { entryLabels, spendByDay, spendByRental } from "../ledger.js";
import { html } from "../lib/html.js";
import { live } from "../live.js";
import { copyable, empty, fact, icon, nameOf, section } from "../parts.js";
import { limits, limitsActions, limitsPath } from "../limits.js";
import { cardPath, moneyActions, moneyIn, moneyQuick, paymentsPath, topupPath } from "../money.js";
import { endOf, levelOf } from "../shell.js";

/** @typedef {import("../types.js").State} State */
/** @typedef {import("../types.js").LedgerEntry} LedgerEntry */

const sealsPath = "/v1/billing/seals?pageSize=31";
const chartDays = 30;
const filterNames = ["type", "rentalId", "from", "to"];

/** The filter of the address, as the ledger takes it: days become moments in UTC. @param {State} state */
function filterQuery({ route: { query } }) {
    const sent = new URLSearchParams();
    for (const name of filterNames) {
        const value = query.get(name) ?? "";
        if (value !== "") sent.set(name, name === "from" ? `${value}T00:00:00Z` : name === "to"
            ? `${value}T23:59:59Z` : value);
    }
    return sent;
}

/** @param {State} state */
const ledgerPath = (state) => `/v1/billing/ledger?${filterQuery(state)}&pageSize=50`.replace("?&", "?");

/** Whole days, so that the path stays the same all day long. */
function usagePath() {
    const from = new Date((serverNow() - (chartDays - 1) * 86_400) * 1_000).toISOString().slice(0, 10);
    return `/v1/billing/ledger?type=rental_charge&from=${from}T00:00:00Z&pageSize=200`;
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let typing;

/** @type {import("../types.js").Page} */
export const page = {
    title: () => "Billing",
    paths: (state) => [ledgerPath(state), usagePath(), cardPath, topupPath, limitsPath, paymentsPath, sealsPath,
        rentalsPath],
    quick: (state) => {
        const paths = moneyQuick(state);
        return paths.includes(topupPath) ? [...paths, ledgerPath(state)] : paths;
    },
    actions: {
        ...moneyActions,
        ...limitsActions,
        "more-usage": (context) => appendTo(context.state, usagePath()),
        more: (context) => appendTo(context.state, ledgerPath(context.state)),
        clear({ state, go }) {
            delete state.forms.ledger;
            go("/app/billing");
        },
    },
    changed(context, form) {
        if (form !== "ledger") return;
        clearTimeout(typing);
        typing = setTimeout(() => filter(context), 250);
    },
    view: (state) => html`<h1 tabindex="-1">Billing</h1>
        <div class="two">
            <section class="card wallet" aria-labelledby="wallet"><h2 id="wallet">Wallet</h2>
                ${wallet(state)}</section>
            ${moneyIn(state)}
            <section class="card" aria-labelledby="spend"><h2 id="spend">Spend a day</h2>${spend(state)}</section>
        </div>
        ${limits(state)}
        <section class="card" aria-labelledby="ledger"><div class="head-row"><h2 id="ledger">Ledger</h2>
            <a class="button second small" download="ledger.csv"
                href="/v1/billing/ledger?${filterQuery(state)}&amp;format=csv">
                ${icon("download")}CSV</a></div>
            ${filters(state)}${section(look(state, ledgerPath(state)), ledgerPath(state), () => ledger(state), 8)}
            ${seals(state)}</section>`,
};

/** The roots that show later that nothing was rewritten; left out where the outlet does not seal. @param {State} state */
function seals(state) {
    const list = look(state, sealsPath).value?.seals ?? [];
    if (list.length === 0) return "";
    return html`<details><summary>Daily seals of the books</summary>
        <p class="quiet small">The hash over everything that was posted up to that day, the same for every renter. Keep one:
            it shows later that nothing before it was changed.</p>
        <ul class="rows">${list.map((/** @type {any} */ seal) => html`<li data-key="${seal.day}"><b>${seal.day}</b>
            ${!seal.final && html`<span class="tag">so far</span>`}${copyable(seal.root, `seal of ${seal.day}`)}</li>`)}</ul></details>`;
}

/** @param {State} state @param {string} path */
async function appendTo(state, path) {
    const resource = look(state, path);
    const next = await call("GET", `${path}&cursor=${encodeURIComponent(resource.value.nextCursor)}`);
    state.data[path] = { ...resource, value: { ...next, entries: [...resource.value.entries, ...next.entries] } };
}

/** @param {import("../types.js").Context} context */
function filter({ state, render, load }) {
    const query = new URLSearchParams(state.route.query);
    for (const [name, value] of Object.entries(state.forms.ledger ?? {})) {
        if (value.trim() === "") query.delete(name);
        else query.set(name, value.trim());
    }
    const path = `/app/billing${query.size > 0 ? `?${query}` : ""}`;
    history.replaceState(null, "", path);
    state.route = { ...state.route, query, path };
    if (look(state, ledgerPath(state)).value === null) load(ledgerPath(state));
    render();
}

/** @param {State} state */
function wallet(state) {
    const resource = look(state, balancePath);
    return section(resource, balancePath, () => {
        /** @type {import("../types.js").Balance} */
        const balance = resource.value;
        return html`<p class="amount-big ${levelOf(balance)}">
            ${dollars(balance.availableCents)} <span>available</span></p>
            <dl class="facts">${fact("Reserved for pods", dollars(balance.reservedCents))}
                ${fact("Together", dollars(balance.totalCents))}
            ${fact("Not yet posted", balance.pendingCents === 0 ? dollars(0)
                : dollars(-balance.pendingCents))}${fact("Hourly burn", `${dollars(balance.burnPerHourCents)}/hr`)}
            ${balance.runwaySeconds !== null && fact("Lasts",
                html`about ${live("lasts", endOf(balance))}, until ${dayAndTime(endOf(balance))}`)}</dl>
            <p class="quiet small">Pods stop at the last second that the wallet can pay.
                It never goes below zero. Usage is posted every hour and at the end; until then it is counted here as not yet posted.</p>`;
    }, 5);
}

/** @param {State} state */
function spend(state) {
    const path = usagePath();
    const resource = look(state, path);
    return section(resource, path, () => {
        const days = spendByDay(resource.value.entries, chartDays, serverNow());
        const total = days.reduce((sum, { cents }) => sum + cents, 0);
        return html`<p>${total === 0 ? `Nothing was posted in the last ${chartDays} days.` : html`<b>
            ${dollars(total)}</b> in the last ${chartDays} days, by days in UTC.`}
            ${resource.value.nextCursor !== null &&
                html`Older lines of these days are not counted yet. <button type="button" class="link"
                data-do="more-usage">Count more</button>`}</p>
            ${total > 0 && html`${spendChart(days)}
                ${spendTable("The same as a table", "Day", days.filter(({ cents }) => cents > 0).reverse()
                    .map(({ date, cents }) => [date, cents]))}
                ${spendTable("By instance", "Instance", spendByRental(resource.value.entries)
                    .map(({ id, cents }) => [rentalLink(state, id), cents]))}`}`;
    }, 6);
}

/** @param {string} title @param {string} heading @param {[unknown, number][]} rows */
const spendTable = (title, heading, rows) => html`<details><summary>${title}</summary>
    <div class="scroll" tabindex="0" role="group" aria-label="${title}"><table class="compact"><thead><tr>
        <th scope="col">${heading}</th><th scope="col" class="amount">Spend</th></tr></thead>
    <tbody>${rows.map(([what, cents]) => html`<tr><td>${what}</td>
        <td class="amount">${dollars(cents)}</td></tr>`)}</tbody></table></div></details>`;

/** By its name where it is among the newest. @param {State} state @param {string} id */
function rentalLink(state, id) {
    const rental = rentals(state).find((each) => each.id === id);
    return html`<a href="/app/rentals/${id}">${rental === undefined ? `…${id.slice(-6)}` : nameOf(rental)}</a>`;
}

/** @param {State} state */
function filters(state) {
    const typed = state.forms.ledger ?? {};
    const value = (/** @type {string} */ name) => typed[name] ?? state.route.query.get(name) ?? "";
    return html`<form class="filter-form" data-form="ledger" data-do="nothing" role="search"
        aria-label="Filter the ledger">
        <div class="field"><label for="ledger-type">What</label><select id="ledger-type" name="type">
            <option value="">Everything</option>
            ${Object.entries(entryLabels).map(([type, words]) => html`<option value="${type}"
                ${value("type") === type && html`selected`}>${words}</option>`)}</select></div>
        <div class="field"><label for="ledger-from">From</label>
            <input id="ledger-from" type="date" name="from" value="${value("from")}"></div>
        <div class="field"><label for="ledger-to">To</label><input id="ledger-to" type="date" name="to"
            value="${value("to")}"></div>
        <div class="field"><label for="ledger-rentalId">Instance id</label>
            <input id="ledger-rentalId" name="rentalId" value="${value("rentalId")}" placeholder="rent_…"
            autocomplete="off" spellcheck="false" data-search></div></form>`;
}

/** @param {State} state */
function ledger(state) {
    const { entries, nextCursor } = look(state, ledgerPath(state)).value;
    if (entries.length === 0) {
        return filterNames.some((name) => state.route.query.has(name))
            ? empty("billing", "No line matches", "Other conditions may find some.",
                html`<button type="button" class="button second" data-do="clear">Clear the filter</button>`)
            : empty("billing", "The ledger is empty",
                "Its first line will be your first top-up. Nothing in it is ever changed or deleted.");
    }
    return html`<div class="scroll" tabindex="0" role="group" aria-label="Table">
        <table class="cards ledger"><thead><tr><th scope="col">When</th>
        <th scope="col">What</th><th scope="col" class="amount">Amount</th>
        <th scope="col" class="amount">Available</th><th scope="col" class="amount">Reserved</th>
        <th scope="col" class="amount">Balance</th></tr></thead>
        <tbody>${entries.map((/** @type {LedgerEntry} */ entry) => line(state, entry))}</tbody></table></div>
        ${nextCursor !== null && html`<p class="actions"><button type="button" class="button second"
            data-do="more">Show more</button></p>`}`;
}

/** A line of money from a card leads to its receipt. @param {State} state @param {string} id */
function receiptOf(state, id) {
    const payments = look(state, paymentsPath).value?.payments ?? [];
    const url = payments.find((/** @type {any} */ payment) => payment.id === id)?.receiptUrl;
    return html`<br><span class="quiet small">${url ? html`<a href="${url}" rel="noreferrer">Receipt</a> of payment`
        : "Payment"} …${id.slice(-6)}</span>`;
}

/** @param {State} state @param {LedgerEntry} entry */
const line = (state, entry) => html`<tr data-key="${entry.id}">
    <td class="when"><time datetime="${entry.createdAt}">${dayAndTime(entry.createdAt)}</time></td>
    <td class="title">${entryLabels[entry.type] ?? entry.type}${entry.rentalId && html` <a class="small"
        href="/app/rentals/${entry.rentalId}"
        aria-label="Instance ${entry.rentalId}">…${entry.rentalId.slice(-6)}</a>`}
        ${entry.secondsBilled !== null && entry.secondsBilled !== undefined &&
            html`<br><span class="quiet small">
            ${entry.secondsBilled.toLocaleString("en-US")} s at ${dollars(entry.ratePerHourCents ?? 0)}/hr</span>`}
        ${entry.note && html`<br><span class="quiet small">${entry.note}</span>`}
        ${entry.paymentId && receiptOf(state, entry.paymentId)}</td>
    <td class="amount moved"><b>${entry.amountCents === 0 ? html`<span class="quiet">
        ${dollars(0)}</span>` : change(entry.amountCents)}</b></td>
    <td data-label="Available" class="amount">${dollars(entry.availableAfterCents)}</td>
        <td data-label="Reserved" class="amount">${dollars(entry.reservedAfterCents)}</td>
    <td data-label="Balance" class="amount">${dollars(entry.balanceAfterCents)}</td></tr>`;
