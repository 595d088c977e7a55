// One pod: how to reach it, what the meter says, what happened to it, and how it was obtained.
import { dayAndTime, dollars } from "../../../js/format.js";
import { absent, isLive, isMoving, look } from "../data.js";
import { html } from "../lib/html.js";
import { live } from "../live.js";
import {
    copyable, costOf, empty, fact, familyName, icon, nameOf, problem, ranFor, reasonOf, section, shortCopyable, statusTag,
    stopButton,
} from "../parts.js";
import { Refusal } from "../api.js";
import { stopOne } from "../stopping.js";

/** @typedef {import("../types.js").State} State */
/** @typedef {import("../types.js").Rental} Rental */

/** @param {State} state @param {string} [part] */
const pathOf = (state, part = "") => `/v1/rentals/${encodeURIComponent(state.route.id)}${part}`;
/** @param {State} state @returns {Rental | null} */
const rentalOf = (state) => look(state, pathOf(state)).value;

/** @type {import("../types.js").Page} */
export const page = {
    title: (state) => { const rental = rentalOf(state); return rental === null ? "Instance" : nameOf(rental); },
    paths: (state) => [pathOf(state), pathOf(state, "/meter"), pathOf(state, "/events"), pathOf(state, "/log")],
    // A tenth of a request each, so that a start is seen within two seconds.
    quick: (state) => { const rental = rentalOf(state); return rental !== null && isMoving(rental)
        ? [pathOf(state), pathOf(state, "/events")] : []; },
    actions: {
        stop: stopOne,
        refresh: ({ state, load }, element) => load(pathOf(state, element.dataset.part ?? "")),
    },
    view(state) {
        const resource = look(state, pathOf(state));
        if (resource.value === null && resource.error instanceof Refusal && resource.error.status === 404) {
            return html`<p><a href="/app/rentals">Instances</a></p>
                ${empty("rentals", "There is no such instance",
                    "It does not exist, or it belongs to another account.",
                        html`<a class="button" href="/app/rentals">All
                            instances</a>`)}<h1 class="visually-hidden" tabindex="-1">Instance not found</h1>`;
        }
        const rental = rentalOf(state);
        return html`<p class="crumb"><a href="/app/rentals">${icon("left")}Instances</a></p>
            <div class="head-row"><h1 tabindex="-1">${rental === null ? "Instance" : nameOf(rental)}</h1>
                ${rental !== null && html`${statusTag(rental.status)}<span class="spacer"></span>
                ${stopButton(rental, state)}`}</div>
            ${state.problems[state.route.id] !== undefined
                && problem(/** @type {Error} */ (state.problems[state.route.id]))}
            ${section(resource, pathOf(state), () => details(state, /** @type {Rental} */ (rental)), 8)}`;
    },
};

/** @param {State} state @param {Rental} rental */
function details(state, rental) {
    return html`${outcome(rental)}
        <div class="two">
            <div class="stack">
                <section class="card" aria-labelledby="connect"><h2 id="connect">Connect</h2>
                    ${connect(rental)}</section>
                <section class="card" aria-labelledby="history"><h2 id="history">History</h2>
                    ${history(state)}</section>
                <section class="card" aria-labelledby="receipt"><h2 id="receipt">Launch receipt</h2>
                    ${receipt(rental)}</section>
            </div>
            <div class="stack">
                <section class="card" aria-labelledby="meter"><h2 id="meter">Meter</h2>
                    ${meter(state, rental)}</section>
                <section class="card" aria-labelledby="facts"><h2 id="facts">Facts</h2>
                    ${facts(rental)}</section>
            </div>
        </div>
        <section class="card" aria-labelledby="log"><div class="head-row"><h2 id="log">Log</h2>
            <button type="button" class="button second small" data-do="refresh"
                data-part="/log">Refresh</button></div>${log(state)}</section>`;
}

/** How it ended, whether it cost anything, and the one next thing to do. @param {Rental} rental */
function outcome(rental) {
    if (rental.status === "failed") {
        return html`<div class="notice bad"><p><strong>${reasonOf(rental)}</strong></p>
            <p>${rental.totalChargedCents === 0 ? "Nothing was charged, and what was set aside is back."
                : `Charged: ${dollars(rental.totalChargedCents)}.`}
            <a href="/app/catalog?family=${rental.familyId}&gpus=${rental.gpuCount}">Launch another like
                it</a></p></div>`;
    }
    if (rental.status === "stopped") {
        return html`<div class="notice"><p>
            ${reasonOf(rental)} Charged in all: <b>
            ${dollars(rental.totalChargedCents)}</b>.
            <a href="/app/catalog?family=${rental.familyId}&gpus=${rental.gpuCount}">Launch another like
                it</a></p></div>`;
    }
    return "";
}

/** @param {Rental} rental */
function connect(rental) {
    if (rental.status === "provisioning") return html`<p>Starting for ${live("ran", rental.startedAt)}.
        ${stepOf(rental)} Nothing is charged before its SSH server answers.</p>`;
    if (rental.sshCommand === null
        || !isLive(rental)) return html`<p class="quiet">The pod is gone, and its files with it.</p>`;
    return html`${copyable(rental.sshCommand, "SSH command")}
        ${rental.hostKeyFingerprint !== null && html`<p class="small">The first time, ssh shows a fingerprint.
            It must be this one:</p>${copyable(rental.hostKeyFingerprint, "host key fingerprint")}`}`;
}

/** What a pod that starts is waiting for. @param {Rental} rental */
function stepOf({ attempts = [] }) {
    const now = attempts.at(-1);
    if (now === undefined) return "No provider was asked yet.";
    if (now.outcome === "created") return `${now.providerCode} has made the pod; its SSH server is awaited.`;
    return now.outcome === "refused" ? `${now.providerCode} refused; the next offer is tried.`
        : `${now.providerCode} is being asked.`;
}

/** @param {State} state @param {Rental} rental */
function meter(state, rental) {
    const path = pathOf(state, "/meter");
    const resource = look(state, path);
    return section(resource, path, () => {
        /** @type {import("../types.js").Meter} */
        const reading = resource.value;
        return html`<p class="amount-big">${costOf(rental, look(state, pathOf(state)))} <span>
            ${rental.status === "running" ? "so far" : "in all"}</span></p>
            <dl class="facts">${fact("Ran for", ranFor(rental))}
                ${fact("Rate", `${dollars(rental.pricePerHourCents)}/hr`)}
            ${fact("Posted to the ledger", dollars(reading.settledCents))}
                ${isLive(rental) && fact("Left of its hour", dollars(reading.heldCents))}
            ${reading.exhaustsAt !== null && isLive(rental) && fact("Money lasts until",
                dayAndTime(reading.exhaustsAt))}
            ${reading.lastHeartbeatAt !== null && fact("Last known alive", dayAndTime(reading.lastHeartbeatAt))}</dl>
            <p class="quiet small">
                ${reading.secondsBilled.toLocaleString("en-US")} s × ${dollars(rental.pricePerHourCents)} ÷ 3,600 = ${dollars(reading.currentChargeCents)}, rounded half up, at the last reading.
            <button type="button" class="link" data-do="refresh" data-part="/meter">Read again</button></p>`;
    }, 5);
}

/** @param {Rental} rental */
const facts = (rental) => html`<dl class="facts">
    ${fact("Hardware", `${rental.gpuCount} × ${familyName(rental.familyId)}`)}
        ${fact("Template", rental.templateId)}
    ${fact("Provider", rental.provider ?? "–")}${fact("Region", rental.region ?? "–")}
    ${fact("Asked for", dayAndTime(rental.startedAt))}
        ${rental.runningSince !== null && fact("Running since", dayAndTime(rental.runningSince))}
    ${rental.autoStopAt !== null && fact("Auto-stop", dayAndTime(rental.autoStopAt))}
        ${rental.stoppedAt !== null && fact("Ended", dayAndTime(rental.stoppedAt))}
    ${fact("Id", shortCopyable(rental.id, "id"))}</dl>`;

/** @param {State} state */
function history(state) {
    const path = pathOf(state, "/events");
    const resource = look(state, path);
    if (absent(resource)) return html`<p class="quiet">This outlet keeps no history.</p>`;
    return section(resource, path, () => html`<ol class="timeline">
        ${resource.value.events.map((/** @type {any} */ event) => html`<li data-key="${event.id}">
        <time datetime="${event.at}">${dayAndTime(event.at)}</time> ${event.message}</li>`)}</ol>`);
}

const outcomes = /** @type {Record<string, [string, string]>} */ ({
    created: ["Created", "good"], refused: ["Refused", "bad"], pending: ["Asking", "busy"],
        unknown: ["No answer yet", "warning"], gone: ["Gone", ""],
});

/** Every try at a provider, so that a slow or failed start explains itself. @param {Rental} rental */
function receipt(rental) {
    const attempts = rental.attempts ?? [];
    if (attempts.length === 0) return html`<p class="quiet">No provider was asked yet.</p>`;
    return html`<div class="scroll" tabindex="0" role="group" aria-label="Table">
        <table class="compact cards"><thead><tr><th scope="col">Try</th>
        <th scope="col">Provider</th><th scope="col">Outcome</th><th scope="col">Took</th>
        <th scope="col" class="amount">Rate</th></tr></thead>
        <tbody>${attempts.map((attempt, index) => {
            const [word, style] = outcomes[attempt.outcome] ?? [attempt.outcome, ""];
            return html`<tr><td data-label="Try">${index + 1}</td>
                <td data-label="Provider">${attempt.providerCode}</td>
                <td data-label="Outcome"><span class="tag ${style}">${word}</span>
                ${attempt.error !== null && html`<br><span class="small">${attempt.error}</span>`}</td>
                <td data-label="Took">${attempt.endedAt === null ? "…"
                    : `${Math.max(0, (Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt)) / 1_000)} s`}</td>
                <td class="amount" data-label="Rate">${dollars(attempt.pricePerHourCents)}</td></tr>`;
        })}</tbody></table></div>`;
}

/** @param {State} state */
function log(state) {
    const path = pathOf(state, "/log");
    const resource = look(state, path);
    return section(resource, path, () => (typeof resource.value === "string" && resource.value !== ""
        ? html`<pre tabindex="0" role="group" aria-label="Log of the pod"><code>${resource.value}</code></pre>`
            : html`<p class="quiet">The provider has written nothing.</p>`));
}

