// Instances: what runs, what it costs now, and everything that ran before.
import { counted, dollars } from "../../../js/format.js";
import { balancePath, isMoving, look, rentals, rentalsPath } from "../data.js";
import { html } from "../lib/html.js";
import { live } from "../live.js";
import { empty, icon, launchLink, podCard, section } from "../parts.js";
import { call } from "../api.js";
import { stopOne, stopRentals } from "../stopping.js";

/** @typedef {import("../types.js").State} State */
/** @typedef {import("../types.js").Rental} Rental */

const chips = [["", "All"], ["running", "Running"], ["in_progress", "In progress"], ["stopped", "Stopped"],
    ["failed", "Failed"]];

/** @param {string} status @param {Rental} rental */
const isIn = (status, rental) => status === "" || (status === "in_progress" ? isMoving(rental)
    : rental.status === status);

/** @param {State} state */
const chosenStatus = (state) => state.route.query.get("status") ?? "";

/**
 * The newest 200 are enough for nearly everyone; only when there are more is a status asked for by itself.
 * @param {State} state
 */
function listPath(state) {
    const status = chosenStatus(state);
    return status !== "" && look(state, rentalsPath).value?.nextCursor
        ? `/v1/rentals?status=${status}&pageSize=200` : rentalsPath;
}

/** @type {import("../types.js").Page} */
export const page = {
    title: () => "Instances",
    paths: (state) => [...new Set([rentalsPath, listPath(state)])],
    actions: {
        stop: stopOne,
        "stop-picked": (context) => stopRentals(context, picked(context.state).map((rental) => rental.id)),
        "pick-all"({ state }) {
            const running = rentals(state).filter((rental) => rental.status === "running");
            const all = running.every((rental) => state.picked[rental.id]);
            for (const rental of running) state.picked[rental.id] = !all;
        },
        async more({ state }) {
            const path = listPath(state);
            const resource = look(state, path);
            const next = await call("GET", `${path}&cursor=${encodeURIComponent(resource.value.nextCursor)}`);
            state.data[path] = { ...resource, value: { rentals: [...resource.value.rentals, ...next.rentals],
                nextCursor: next.nextCursor } };
        },
        sort({ state, go }, element) {
            const query = new URLSearchParams(state.route.query);
            query.set("sort", element.dataset.by ?? "");
            if (element.dataset.by === "") query.delete("sort");
            go(`/app/rentals${query.size > 0 ? `?${query}` : ""}`);
        },
    },
    view(state) {
        const path = listPath(state);
        const resource = look(state, path);
        return html`<div class="head-row"><h1 tabindex="-1">Instances</h1>${launchLink()}</div>
            ${kpis(state)}${filters(state)}
            ${section(resource, path, () => list(state, path), 6)}`;
    },
};

/** @param {State} state */
function kpis(state) {
    const all = look(state, rentalsPath).value;
    const balance = look(state, balancePath).value;
    const running = rentals(state).filter((rental) => rental.status === "running");
    const spend = running.flatMap((rental) => [rental.pricePerHourCents, rental.runningSince ?? ""]);
    const unknown = look(state, rentalsPath).error === null ? "…" : "–";
    return html`<dl class="kpis">
        ${kpi("Active instances", "Running now, and billed by the second.", all === null ? unknown : running.length)}
        ${kpi("Hourly burn", "The sum of the rates of what runs.", balance === null ? unknown
            : html`${dollars(balance.burnPerHourCents)}<span>/hr</span>`)}
        ${kpi("Session spend", "What the instances running now have cost since they started.", all === null
            ? unknown : spend.length === 0 ? "$0.00" : live("cost", ...spend))}
    </dl>`;
}
/** @param {string} name @param {string} meaning @param {unknown} value */
const kpi = (name, meaning, value) => html`<div class="card"><dt>${name}</dt><dd>${value}</dd>
    <dd class="quiet small">${meaning}</dd></div>`;

/** @param {State} state */
function filters(state) {
    const chosen = chosenStatus(state);
    const whole = look(state, rentalsPath).value;
    const count = (/** @type {string} */ status) => (whole === null ? "" : `${rentals(state).filter((rental) =>
        isIn(status, rental)).length}${whole.nextCursor ? "+" : ""}`);
    const sort = state.route.query.get("sort") ?? "";
    return html`<div class="filters"><div class="chips" role="group" aria-label="Filter by status">
        ${chips.map(([status = "", word]) => html`<a class="chip"
            href="/app/rentals${status && `?status=${status}`}"
            ${chosen === status && html`aria-current="true"`}>${word} <span>
            ${count(status)}</span></a>`)}</div>
        <button type="button" class="chip" data-do="sort" data-by="${sort === "cost" ? "" : "cost"}"
            aria-pressed="${String(sort === "cost")}">Sort by rate</button></div>`;
}

/** @param {State} state @param {string} path */
function list(state, path) {
    const resource = look(state, path);
    const status = chosenStatus(state);
    /** @type {Rental[]} */
    const all = resource.value.rentals;
    const shown = all.filter((rental) => isIn(status, rental));
    if (all.length === 0 && status === "") {
        return empty("rentals", "No instances yet",
            "A pod is one container with the GPUs you choose, and an SSH server that knows your keys. It starts in seconds to a few minutes.", launchLink());
    }
    if (shown.length === 0) {
        const word = chips.find(([code]) => code === status)?.[1]?.toLowerCase() ?? status;
        return empty("catalog", `Nothing is ${word}`, "There are instances in other states.",
            html`<a class="button second" href="/app/rentals">Show all</a>`);
    }
    if (state.route.query.get("sort") === "cost") shown.sort((one, other) => rateNow(other) - rateNow(one));
    return html`<h2 class="visually-hidden">Pods</h2>${bulk(state)}<ul class="pods">
        ${shown.map((rental) => podCard(rental, resource, state, true))}</ul>
        ${resource.value.nextCursor && html`<p class="actions"><button type="button" class="button second"
            data-do="more">Show more</button></p>`}`;
}

/** @param {Rental} rental */
const rateNow = (rental) => (rental.status === "running" || rental.status === "provisioning"
    ? rental.pricePerHourCents : 0);

/** @param {State} state */
const picked = (state) => rentals(state).filter((rental) => rental.status === "running" && state.picked[rental.id]);

/** @param {State} state */
function bulk(state) {
    const running = rentals(state).filter((rental) => rental.status === "running");
    if (running.length < 2) return "";
    const chosen = picked(state);
    const rate = chosen.reduce((sum, rental) => sum + rental.pricePerHourCents, 0);
    return html`<div class="bulk" data-key="bulk"><button type="button" class="button second small"
        data-do="pick-all">${chosen.length === running.length ? "Select none" : "Select all running"}</button>
        ${chosen.length > 0 && html`<span>${counted(chosen.length, "pod")}, ${dollars(rate)}/hr</span>
        <button type="button" class="button danger small" data-do="stop-picked">
            ${icon("stop")}Stop ${chosen.length}</button>`}</div>`;
}
