// Limits of one's own: what a launch may not go past, and when to be warned.
import { dollars } from "../../js/format.js";
import { centsOrNone, dollarsTyped } from "./amounts.js";
import { call } from "./api.js";
import { look } from "./data.js";
import { html } from "./lib/html.js";
import { problem } from "./parts.js";

/** @typedef {import("./types.js").State} State */

export const limitsPath = "/v1/billing/limits";

/** @type {Record<string, import("./types.js").Action>} */
export const limitsActions = {
    async "save-limits"({ state, load, announce }) {
        const form = { ...formOf(state), ...state.forms.limits };
        delete state.problems["save-limits"];
        await call("PUT", limitsPath, { body: {
            maxBurnPerHourCents: centsOrNone(form.burn), maxSpendPerMonthCents: centsOrNone(form.month),
            maxPods: podsTyped(form.pods),
            spendAlertsCents: form.alerts.split(/[,;\s]+/).filter((text) => text !== "").map(centsOrNone),
        } });
        delete state.forms.limits;
        announce("Limits are saved.");
        await load(limitsPath);
    },
};

/** @param {string} text */
function podsTyped(text) {
    if (text.trim() === "") return null;
    if (!/^\s*\d{1,6}\s*$/.test(text)) throw new Error(`“${text.trim()}” is no number of pods. Nothing was saved.`);
    return Number(text);
}

/**
 * @param {State} state
 * @returns {{[name: string]: string, burn: string, month: string, pods: string, alerts: string}}
 */
function formOf(state) {
    const now = look(state, limitsPath).value ?? {};
    return { burn: dollarsTyped(now.maxBurnPerHourCents), month: dollarsTyped(now.maxSpendPerMonthCents),
        pods: String(now.maxPods ?? ""), alerts: (now.spendAlertsCents ?? []).map(dollarsTyped).join(", ") };
}

/** @param {State} state */
export function limits(state) {
    const resource = look(state, limitsPath);
    if (resource.value === null) return "";
    const form = { ...formOf(state), ...state.forms.limits };
    const failure = state.problems["save-limits"];
    const { current, operator } = resource.value;
    const field = (/** @type {string} */ name, /** @type {string} */ label,
        /** @type {string | undefined} */ now, /** @type {string | undefined} */ most) => html`<div class="field"><label for="limits-${name}">${label}</label>
        <input id="limits-${name}" name="${name}" value="${form[name]}" inputmode="decimal"
            placeholder="no limit" autocomplete="off"><p class="hint">
            ${now && `Now ${now}.`}${most && ` The operator allows ${most}.`}</p></div>`;
    const money = (/** @type {number | null | undefined} */ cents) => (typeof cents === "number"
        ? dollars(cents) : undefined);
    return html`<section class="card" data-key="limits" aria-labelledby="limits">
        <h2 id="limits">Limits of your own</h2>
        <p class="quiet">A launch that would go past one of them is refused.
            Pods that run are not stopped.</p>
        <form data-form="limits" data-do="save-limits" novalidate><div class="fields">
            ${field("burn", "Burn an hour, $", money(current?.burnPerHourCents),
                money(operator?.maxBurnPerHourCents))}
            ${field("month", "Spend a month, $", money(current?.spentThisMonthCents),
                money(operator?.maxSpendPerMonthCents))}${field("pods", "Pods at a time", current
                    && String(current.pods), operator?.maxPods && String(operator.maxPods))}</div>
        <div class="field"><label for="limits-alerts">Warn me when a month's spending reaches, $</label>
            <input id="limits-alerts" name="alerts" value="${form.alerts}" placeholder="no warning"
                autocomplete="off" aria-describedby="limits-alerts-hint">
            <p class="hint" id="limits-alerts-hint">Amounts such as 50, 100.
                A warning comes by mail, and stands under <a href="/app/account">Activity</a>.</p></div>
        ${failure !== undefined && problem(failure)}
            <button class="button second">Save</button></form></section>`;
}
