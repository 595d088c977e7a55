// The launch form: everything on one page, its price in view while it is filled in, and nothing sent twice.
import { about, counted, dollars } from "../../js/format.js";
import { call, newKey, Refusal } from "./api.js";
import { balancePath, keysPath, look, noteFailure, rentalsPath } from "./data.js";
import { html } from "./lib/html.js";
import { fact, familyName, icon, problem, shortName } from "./parts.js";

/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").Context} Context */
/** @typedef {import("./types.js").Preview} Preview */
/** @typedef {import("./types.js").Listing} Listing */

const templatesPath = "/v1/catalog/templates";
const familiesPath = "/v1/catalog/families";
export const launchPaths = [templatesPath, familiesPath, keysPath];

/** @type {Record<string, string>} */
const blank = { familyId: "", gpuCount: "1", templateId: "ubuntu-24-04", region: "", providerCode: "", name: "",
    autoStop: "", maxPrice: "", env: "", startupScript: "" };

/** @param {State} state */
const formOf = (state) => ({ ...blank, ...state.forms.launch });

/** Takes `?family=` and `?gpus=` of the address. @param {Context} context */
export function enterLaunch(context) {
    const { query } = context.state.route;
    const family = query.get("family");
    if (family !== null && context.state.forms.launch?.familyId === undefined) {
        context.state.forms.launch = { familyId: family,
            gpuCount: query.get("gpus") ?? query.get("gpuCount") ?? "1" };
    }
    changedLaunch(context);
}

/** What /v1/rentals takes, or what is wrong with the form, by field. @param {Record<string, string>} form
    @returns {{body: Record<string, unknown>, faults: Record<string, string>}} */
function bodyOf(form) {
    /** @type {Record<string, string>} */
    const faults = {};
    /** @type {Record<string, unknown>} */
    const body = { familyId: form.familyId, gpuCount: Number(form.gpuCount), templateId: form.templateId };
    for (const name of ["region", "providerCode", "name", "startupScript"]) {
        const text = form[name] ?? "";
        if (text.trim() !== "") body[name] = name === "startupScript" ? text : text.trim();
    }
    const hours = Number(form.autoStop);
    if (form.autoStop !== "") {
        if (hours > 0 && hours <= 8_760) body.autoStopAfterHours = hours;
        else faults.autoStop = "More than 0 hours, and at most 8,760.";
    }
    const limit = Math.round(Number(form.maxPrice) * 100);
    if (form.maxPrice !== "") {
        if (limit >= 1 && limit <= 1_000_000) body.maxPricePerHourCents = limit;
        else faults.maxPrice = "From $0.01 to $10,000.";
    }
    const lines = (form.env ?? "").split("\n").map((line) => line.trim()).filter((line) => line !== "");
    const pairs = lines.map((line) => /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line));
    const spoiled = lines.find((_, index) => pairs[index] === null);
    if (spoiled !== undefined) faults.env = `Each line is NAME=value. This one is not: ${spoiled}`;
    else if (lines.length > 0) body.env = Object.fromEntries(pairs.map((pair) => [pair?.[1], pair?.[2]]));
    return { body, faults };
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

/**
 * Asks for the price of what the form says now; a moment later, since the next letter may follow.
 * @param {Context} context
 */
export function changedLaunch(context) {
    const { state, render } = context;
    const { body, faults } = bodyOf(formOf(state));
    delete state.problems.launch;
    // The same launch sent again is the same; another is another.
    launchKey = newKey();
    if (body.familyId === "" || Object.keys(faults).length > 0) return;
    const { name: _, env: __, startupScript: ___, autoStopAfterHours: ____, ...priced } = body;
    const wanted = JSON.stringify(priced);
    if (state.preview.for === wanted && state.preview.error === null) return;
    clearTimeout(waiting);
    state.preview = { for: wanted, value: null, error: null, loading: true };
    render();
    waiting = setTimeout(() => preview(state, wanted, render), 200);
}
let launchKey = newKey();

/** @param {State} state @param {string} wanted @param {() => void} render */
async function preview(state, wanted, render) {
    /** @type {Partial<import("./types.js").PreviewState>} */
    let result;
    try {
        result = { value: await call("POST", "/v1/rentals/preview", { body: JSON.parse(wanted) }) };
    } catch (error) {
        noteFailure(error);
        result = { error: /** @type {Error} */ (error) };
    }
    if (state.preview.for === wanted) state.preview = { for: wanted, value: null, error: null, loading: false,
        ...result };
    render();
}

/** @type {import("./types.js").Action} */
export async function launch(context) {
    const { state, render } = context;
    const { body, faults } = bodyOf(formOf(state));
    if (state.busy.launch || Object.keys(faults).length > 0 || body.familyId === "") return;
    const shown = state.preview.value;
    // Never dearer than what was shown. A limit of the renter's own stands.
    if (body.maxPricePerHourCents === undefined
        && shown !== null) body.maxPricePerHourCents = shown.pricePerHourCents;
    state.busy.launch = true;
    delete state.problems.launch;
    render();
    try {
        const rental = await call("POST", "/v1/rentals", { body, key: launchKey });
        delete state.forms.launch;
        state.data[`/v1/rentals/${rental.id}`] = { value: { attempts: [], ...rental }, error: null,
            loading: false, at: Date.now() };
        context.load(rentalsPath);
        context.load(balancePath);
        context.announce("Launched. The pod is starting.");
        context.go(`/app/rentals/${rental.id}`);
    } catch (error) {
        const isSettled = error instanceof Refusal;
        if (isSettled) launchKey = newKey();
        if (isSettled && error.code === "price_changed") repriced(context);
        throw error;
    } finally {
        state.busy.launch = false;
    }
}

/** @param {Context} context */
function repriced({ state, render }) {
    state.preview = { ...state.preview, value: null, loading: true };
    preview(state, state.preview.for, render);
}

/** @param {State} state */
export function launchForm(state) {
    const form = formOf(state);
    const { faults } = bodyOf(form);
    const families = look(state, familiesPath).value ?? [];
    const templates = look(state, templatesPath).value ?? [];
    const option = (/** @type {string} */ name) => (/** @type {string[]} */ [code = "", word]) =>
        html`<option value="${code}" ${form[name] === code && html`selected`}>${word}</option>`;
    const text = (/** @type {string} */ name, /** @type {string} */ label,
        /** @type {import("./lib/html.js").Safe} */ input, hint = "") => html`<div class="field"><label for="launch-${name}">${label}</label>${input}
        ${hint !== "" && html`<p class="hint" id="launch-${name}-hint">
            ${hint}</p>`}${faults[name] !== undefined && html`<p class="error" id="launch-${name}-fault">
            ${faults[name]}</p>`}</div>`;
    return html`<aside class="launch card" aria-labelledby="launch-title">
        <h2 id="launch-title" tabindex="-1">Launch</h2>
        <form data-form="launch" data-do="launch" data-problem="launch" novalidate>
            ${text("familyId", "GPU", html`<select id="launch-familyId" name="familyId" required>
                ${[["", "Choose one"], ...families.map((/** @type {any} */ family) =>
                    [family.id, shortName(family.name)])].map(option("familyId"))}</select>`)}
            <fieldset class="field"><legend class="label">How many</legend><div class="radios">
                ${["1", "2", "4", "8"].map((count) => html`<label class="radio">
                <input type="radio" name="gpuCount" value="${count}"
                ${form.gpuCount === count && html`checked`}><span>${count}</span></label>`)}</div></fieldset>
            ${text("templateId", "Template", html`<select id="launch-templateId" name="templateId">
                ${templates.map((/** @type {any} */ template) =>
                    [template.id, template.name]).map(option("templateId"))}</select>`,
                templates.find((/** @type {any} */ template) => template.id === form.templateId)?.description ?? "")}
            ${text("name", "Name (optional)", html`<input id="launch-name" name="name" value="${form.name}"
                maxlength="64" autocomplete="off">`)}
            ${text("autoStop", "Stop by itself after hours (optional)", html`<input id="launch-autoStop"
                name="autoStop" value="${form.autoStop}" inputmode="decimal" autocomplete="off"
                ${faults.autoStop && html`aria-invalid="true" aria-describedby="launch-autoStop-fault"`}>`)}
            <details class="more"><summary>Region, provider, limit, environment, script</summary>
                ${text("region", "Region", html`<input id="launch-region" name="region" value="${form.region}"
                    placeholder="any" autocomplete="off">`, "A country such as DE, or us, eu, apac.")}
                ${text("providerCode", "Provider", html`<input id="launch-providerCode" name="providerCode"
                    value="${form.providerCode}" placeholder="any" autocomplete="off">`)}
                ${text("maxPrice", "At most, in dollars an hour", html`<input id="launch-maxPrice"
                    name="maxPrice" value="${form.maxPrice}" inputmode="decimal"
                    placeholder="what is shown below"
                        autocomplete="off">`,
                            "When the cheapest offer is gone at the last moment, a dearer one is taken up to this. That much is set aside.")}
                ${text("env", "Environment", html`<textarea id="launch-env" name="env" class="code"
                    spellcheck="false" placeholder="NAME=value">${form.env}</textarea>`, "One NAME=value a line.")}
                ${text("startupScript", "Startup script", html`<textarea id="launch-startupScript"
                    name="startupScript" class="code" spellcheck="false">${form.startupScript}</textarea>`,
                        "Run by sh as the pod's user.")}
            </details>
            ${summary(state, form)}
        </form></aside>`;
}

/** What it will cost, and the one button. @param {State} state @param {Record<string, string>} form */
function summary(state, form) {
    const { value, error, loading } = state.preview;
    const keys = look(state, keysPath).value?.keys;
    const failure = state.problems.launch;
    const isReady = form.familyId !== "" && value !== null && !value.limitExceeded && !state.busy.launch
        && keys?.length !== 0;
    const label = state.busy.launch ? "Launching" : value === null ? "Launch"
        : `Launch for ${dollars(value.pricePerHourCents)}/hr`;
    return html`<div class="terms">
        ${keys?.length === 0 && html`<p class="notice small">A pod needs at least one SSH key to let you in.
            <a href="/app/keys">Add your key first</a>; this form waits.</p>`}
        ${form.familyId === "" ? html`<p class="quiet">Choose a GPU to see its price.</p>`
            : value !== null ? terms(value) : error !== null ? refusal(error) : html`<p class="quiet">
            ${loading ? "Asking for the price …" : ""}</p>`}
        ${isReady && html`<p class="small"><button type="button" class="link" data-do="copy" data-what="curl command"
            data-text="${curlOf(form)}">Copy as curl</button></p>`}
        ${failure !== undefined && refusal(failure)}
        </div><div class="summary">${value !== null && form.familyId !== "" && figures(value)}
            <button class="button wide" aria-disabled="${String(!isReady)}">
            ${icon("bolt")}${label}</button></div>`;
}

/** The same launch from a shell, with a token of the account. @param {Record<string, string>} form */
function curlOf(form) {
    const body = JSON.stringify(bodyOf(form).body).replaceAll("'", "'\\''");
    return `curl -sS -H "Authorization: Bearer $OUTLET_TOKEN" -H 'Content-Type: application/json' -d '${body}' ${location.origin}/v1/rentals`;
}

/** Always in view, beside the button. @param {Preview} preview */
function figures({ pricePerHourCents: rate, availableCents, runwaySeconds }) {
    const lasts = availableCents < rate
        ? html`<b class="error">not one hour</b>` : runwaySeconds === null ? "–" : about(runwaySeconds);
    return html`<dl class="figures" aria-live="polite">
        ${fact("Per hour", dollars(rate))}${fact("Per day", dollars(rate * 24))}
            ${fact("Lasts about", lasts)}</dl>`;
}

/** @type {Record<string, string>} */
const limitNames = { maxBurnPerHourCents: "an hour", maxSpendPerMonthCents: "a month", maxPods: "" };

/** @param {import("./types.js").LimitBreach} breach */
function limitWords({ limit, setBy, maximum, current, requested }) {
    const isMoney = limit !== "maxPods";
    const amount = (/** @type {number} */ number) => (isMoney ? `${dollars(number)} ${limitNames[limit] ?? ""}`
        : counted(number, "pod"));
    const whose = setBy === "operator" ? "The operator of this outlet allows" : "Your own limit is";
    return `${whose} ${amount(maximum)}. With this launch it would be ${amount(current + requested)}.`;
}

/** Where it comes from, and what is set aside for it. @param {Preview} preview */
function terms(preview) {
    const { pricePerHourCents: rate, availableCents, matchedListing: match } = preview;
    const breach = preview.limitExceeded;
    return html`${breach && html`<p class="notice bad small">
        ${limitWords(breach)} <a href="/app/billing">Limits</a></p>`}
        <p class="small">From ${match.providerCode}, ${match.region}.
            Starts in about ${about(preview.estimatedProvisionSeconds)}.</p>
        ${availableCents < rate
            ? html`<p class="notice bad small">One hour, ${dollars(rate)}, is set aside at the start, and
                ${dollars(availableCents)} is available. <a href="/app/billing">Top up</a></p>`
            : html`<p class="quiet small">
                ${dollars(rate)} is set aside at the start and used first.
                    Billed by the second, from the first second of SSH to your stop.</p>`}`;
}

/**
 * Keeps the form, says what happened and whether it cost anything, and offers what is near.
 * @param {Error} error
 */
function refusal(error) {
    if (!(error instanceof Refusal)) return problem(error, html`<p>Whether the launch arrived is not known.
        Sending it again is safe: it happens once.</p>`);
    const { nearest } = error.details;
    if (error.code === "price_changed") return problem(error, html`<p>Nothing was launched or charged.
        The price above is the new one.</p>`);
    if (error.code === "insufficient_balance") return problem(error,
        html`<p>Nothing was launched or charged. <a href="/app/billing">Top up</a></p>`);
    if (error.details.sshKeys !== undefined) return problem(error,
        html`<p><a href="/app/keys">Add an SSH key</a></p>`);
    const offers = Array.isArray(nearest) && nearest.length > 0 && html`<p>Near it:</p><ul class="plain">
        ${nearest.map((/** @type {Listing} */ listing) => html`<li>
        <button type="button" class="button second small" data-do="choose"
        data-family="${listing.family}" data-gpus="${listing.gpuCount}"
            data-provider="${listing.providerCode}" data-region="${listing.regionCode}">
            ${listing.gpuCount} × ${familyName(listing.family)}, ${listing.region}, ${dollars(listing.pricePerHourCents)}/hr</button></li>`)}</ul>`;
    return problem(error, html`<p>Nothing was launched or charged.</p>${offers}`);
}
