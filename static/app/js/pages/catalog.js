// Browse, compare and launch, on one page: the offers on one side, the launch with its price on the other.
import { ago, counted, dollars } from "../../../js/format.js";
import { call } from "../api.js";
import { look, serverNow } from "../data.js";
import { changedLaunch, enterLaunch, launch, launchForm, launchPaths } from "../launch.js";
import { html } from "../lib/html.js";
import { empty, familyName, icon, section, shortName } from "../parts.js";

/** @typedef {import("../types.js").State} State */
/** @typedef {import("../types.js").Listing} Listing */
/** @typedef {import("../types.js").Context} Context */

const facetsPath = "/v1/catalog/facets";
const familiesPath = "/v1/catalog/families";
const filterNames = ["model", "family", "gpuCount", "region", "provider", "minVramGb", "maxPricePerHourCents"];

/** @param {State} state */
function listingsPath({ route }) {
    const query = new URLSearchParams(filterNames.flatMap((name) => (route.query.get(name)
        ? [[name, route.query.get(name) ?? ""]] : [])));
    query.set("pageSize", "100");
    return `/v1/catalog/listings?${query}`;
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let typing;

/** @type {import("../types.js").Page} */
export const page = {
    title: () => "Catalog",
    paths: (state) => [listingsPath(state), facetsPath, familiesPath, ...launchPaths],
    entered: (context) => enterLaunch(context),
    actions: {
        launch,
        /** Shows only the offers of a family; again, all of them. */
        family(context, element) {
            const { family = "" } = element.dataset;
            const isOn = context.state.route.query.get("family") === family;
            context.state.forms.filter = { ...context.state.forms.filter, family: isOn ? "" : family };
            if (!isOn) choose(context, { family, gpus: context.state.forms.launch?.gpuCount ?? "1" });
            filter(context);
        },
        choose(context, element) {
            choose(context, element.dataset);
            // The form may be far below, on a phone.
            const heading = /** @type {HTMLElement | null} */ (document.querySelector("#launch-title"));
            heading?.focus({ preventScroll: true });
            heading?.scrollIntoView({ block: "nearest", behavior: "smooth" });
        },
        clear: ({ state, go }) => {
            delete state.forms.filter;
            go("/app/catalog");
        },
        async more({ state }) {
            const path = listingsPath(state);
            const resource = look(state, path);
            const next = await call("GET", `${path}&cursor=${encodeURIComponent(resource.value.nextCursor)}`);
            state.data[path] = { ...resource, value: { ...next, listings: [...resource.value.listings,
                ...next.listings] } };
        },
    },
    changed(context, form) {
        if (form === "launch") return changedLaunch(context);
        clearTimeout(typing);
        typing = setTimeout(() => filter(context), 250);
    },
    view: (state) => html`<h1 tabindex="-1">Catalog</h1>
        <div class="catalog">
            <section class="offers" aria-labelledby="offers-title">
                <h2 id="offers-title" class="visually-hidden">Offers</h2>
                ${families(state)}${filters(state)}
                    ${section(look(state, listingsPath(state)), listingsPath(state), () => offers(state),
                        8)}</section>
            ${launchForm(state)}
        </div>`,
};

/** Takes an offer's terms into the launch form. @param {Context} context @param {DOMStringMap} offer */
function choose(context, { family = "", gpus = "1", provider = "", region = "" }) {
    const form = context.state.forms.launch ?? {};
    context.state.forms.launch = { ...form, familyId: family, gpuCount: gpus, providerCode: provider, region };
    changedLaunch(context);
    context.announce(`${gpus} × ${familyName(family)} chosen.`);
}

/** The filter is kept in the address: it survives reload and back. @param {Context} context */
function filter({ state, render, load }) {
    const typed = state.forms.filter ?? {};
    const query = new URLSearchParams(state.route.query);
    for (const [name, value] of Object.entries(typed)) {
        const sent = name === "maxPricePerHourCents" && value !== "" ? String(Math.round(Number(value) * 100))
            : value.trim();
        if (sent === "" || sent === "NaN") query.delete(name);
        else query.set(name, sent);
    }
    const path = `/app/catalog${query.size > 0 ? `?${query}` : ""}`;
    history.replaceState(null, "", path);
    state.route = { ...state.route, query, path };
    if (look(state, listingsPath(state)).value === null) load(listingsPath(state));
    render();
}

/** @param {State} state */
function families(state) {
    const resource = look(state, familiesPath);
    const chosen = state.route.query.get("family");
    return section(resource, familiesPath, () => html`<ul class="families">
        ${resource.value.map((/** @type {import("../types.js").Family} */ family) =>
            html`<li data-key="${family.id}">
        <button type="button" class="family" data-do="family" data-family="${family.id}"
            aria-pressed="${String(chosen === family.id)}"
            aria-disabled="${String(family.listingCount === 0)}">
            <b>${shortName(family.name)}</b><span class="quiet small">
                ${family.vramGb} GB, ${counted(family.listingCount, "offer")}</span>
            <span>${family.fromPricePerHourCents === null ? html`<span class="quiet">sold out</span>`
                : html`from <b>${dollars(family.fromPricePerHourCents)}</b>/hr`}</span></button></li>`)}</ul>`, 4);
}

/** @param {State} state */
function filters(state) {
    const { query } = state.route;
    const facets = look(state, facetsPath).value;
    const typed = state.forms.filter ?? {};
    const value = (/** @type {string} */ name) => typed[name] ?? query.get(name) ?? "";
    const limit = typed.maxPricePerHourCents ?? (query.has("maxPricePerHourCents")
        ? String(Number(query.get("maxPricePerHourCents")) / 100) : "");
    const choices = (/** @type {string} */ name, /** @type {string[][]} */ options) =>
        html`<select id="filter-${name}" name="${name}">
        ${options.map(([code = "", word]) => html`<option value="${code}"
            ${value(name) === code && html`selected`}>${word}</option>`)}</select>`;
    const facet = (/** @type {string} */ name) =>
        (facets?.[name] ?? []).map((/** @type {{code: string, count: number}} */ each) =>
            [each.code, `${each.code} (${each.count})`]);
    return html`<form class="filter-form" data-form="filter" data-do="nothing" role="search"
        aria-label="Filter the offers">
        <div class="field"><label for="filter-model">Model</label><input id="filter-model" name="model"
            value="${value("model")}" placeholder="H100" data-search autocomplete="off"
            spellcheck="false"></div>
        <div class="field"><label for="filter-gpuCount">GPUs</label>
            ${choices("gpuCount", [["", "Any"], ["1", "1"], ["2", "2"], ["4", "4"], ["8", "8"]])}</div>
        <div class="field"><label for="filter-region">Region</label>
            ${choices("region", [["", "Any"], ["us", "US"], ["eu", "Europe"], ["apac", "Asia-Pacific"],
                ...facet("regions")])}</div>
        <div class="field"><label for="filter-provider">Provider</label>
            ${choices("provider", [["", "Any"], ...facet("providers")])}</div>
        <div class="field"><label for="filter-max">Max $/hr</label>
            <input id="filter-max" name="maxPricePerHourCents" value="${limit}" inputmode="decimal"
            type="number" min="0" step="0.01"></div>
        <div class="field"><label for="filter-sort">Order</label>
            ${choices("sort", [["", "Price"], ...Object.entries(orders).map(([code, { word }]) => [code, word])])}</div>
    </form>`;
}

/** Of the offers that are shown; without one they are as the outlet sends them, the cheapest first.
    @type {Record<string, {word: string, first: (one: Listing, other: Listing) => number}>} */
const orders = {
    reliability: { word: "Reliability", first: (one, other) => (other.reliability ?? -1) - (one.reliability ?? -1) },
    memory: { word: "Memory", first: (one, other) => other.vramGb * other.gpuCount - one.vramGb * one.gpuCount },
};

/** @param {State} state */
function offers(state) {
    const { listings, nextCursor, observedAt } = look(state, listingsPath(state)).value;
    if (listings.length === 0) {
        const isFiltered = filterNames.some((name) => state.route.query.has(name));
        return isFiltered ? empty("catalog", "Nothing matches", "Fewer conditions find more.",
            html`<button type="button" class="button second" data-do="clear">Clear the filter</button>`)
            : empty("catalog", "Nothing is on offer now",
                "The outlet asks its providers every half minute. This page follows.");
    }
    const notes = [...new Set(listings.flatMap((/** @type {Listing} */ listing) => listing.note ?? []))];
    const isFiltered = filterNames.some((name) => state.route.query.has(name));
    return html`${isFiltered && html`<p class="found">
        ${counted(listings.length, "offer")}${nextCursor !== null && " and more"}. <button type="button"
        class="link" data-do="clear">Clear the filter</button></p>`}
        ${notes.map((note) => html`<p class="notice small">${note}</p>`)}
        <div class="scroll" tabindex="0" role="group" aria-label="Table">
        <table class="offer-table cards"><thead><tr><th scope="col">GPU</th>
            <th scope="col">Memory</th><th scope="col">Where</th><th scope="col">Reliability</th>
            <th scope="col" class="amount">Per hour</th>
            <th scope="col"><span class="visually-hidden">Choose</span></th></tr></thead>
        <tbody>${inOrder(state, listings).map((/** @type {Listing} */ listing) => row(state, listing))}</tbody></table></div>
        ${nextCursor !== null && html`<p class="actions"><button type="button" class="button second"
            data-do="more">Show more</button></p>`}
        <p class="quiet small">
            ${observedAt !== null
                && html`Seen ${ago(serverNow() - Date.parse(observedAt) / 1_000)}. `}Prices are of the whole listing. What you launch keeps its price to the end.</p>`;
}

/** @param {State} state @param {Listing[]} listings */
function inOrder({ route }, listings) {
    const order = orders[route.query.get("sort") ?? ""];
    return order === undefined ? listings : listings.toSorted(order.first);
}

/** @param {State} state @param {Listing} listing */
function row(state, listing) {
    const form = state.forms.launch ?? {};
    const isChosen = form.familyId === listing.family && form.gpuCount === String(listing.gpuCount)
        && form.providerCode === listing.providerCode && form.region === listing.regionCode;
    const hardware = `${listing.gpuCount} × ${listing.model.replaceAll("_", " ")}`;
    return html`<tr data-key="${listing.id}" class="${isChosen ? "chosen" : ""}">
        <td class="title"><b>${hardware}</b>
            ${listing.interconnect !== null && html` <span class="quiet small">
            ${listing.interconnect}</span>`}</td>
        <td data-label="Memory">
            ${listing.vramGb} GB${listing.gpuCount > 1 && html` <span class="quiet small">each</span>`}</td>
        <td data-label="Where">${listing.region} <span class="quiet small">${listing.providerCode}</span></td>
        <td data-label="Reliability">
            ${listing.reliability === null
                ? html`<span class="quiet">not known</span>` : `${(listing.reliability * 100).toFixed(1)} %`}</td>
        <td data-label="Per hour" class="amount"><b>${dollars(listing.pricePerHourCents)}</b></td>
        <td class="act"><button type="button" class="button second small" data-do="choose"
            data-family="${listing.family}" data-gpus="${listing.gpuCount}"
            data-provider="${listing.providerCode}" data-region="${listing.regionCode}"
            aria-pressed="${String(isChosen)}"
                aria-label="Choose ${hardware} at ${listing.providerCode}, ${listing.region}">${isChosen
                ? html`${icon("check")}Chosen` : "Choose"}</button></td></tr>`;
}
