// How money gets in: top-up by card, automatic top-up, payments. An outlet that has none of it says so; nothing here is
// shown as done before the outlet says it is.
import { dayAndTime, dollars } from "../../js/format.js";
import { centsOrNone, centsTyped, dollarsTyped } from "./amounts.js";
import { call, newKey, Refusal } from "./api.js";
import { absent, balancePath, look, serverNow } from "./data.js";
import { html } from "./lib/html.js";
import { problem, section } from "./parts.js";

/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").Resource} Resource */

export const cardPath = "/v1/billing/card";
export const topupPath = "/v1/billing/auto-topup";
export const paymentsPath = "/v1/billing/payments";

/**
 * No payments at all: the outlet does not know the call, or has it switched off.
 * @param {Resource} resource
 */
const isOff = (resource) => absent(resource) || (resource.error instanceof Refusal
    && resource.error.code === "billing_disabled");

/** One key for one intended payment: pressing twice pays once. Another amount, or another way, is another payment. */
let intended = { what: "", key: newKey() };

/** @param {string} what */
function keyFor(what) {
    if (intended.what !== what) intended = { what, key: newKey() };
    return intended.key;
}
/** The payment was made, or refused for good: the next press is a new one. */
const forgetKey = () => intended = { what: "", key: newKey() };

/** @type {Record<string, import("./types.js").Action>} */
export const moneyActions = {
    "choose-amount"({ state }, element) {
        state.forms.topup = { ...state.forms.topup, amount: element.dataset.amount ?? "" };
    },
    async "top-up"({ state, render, load, announce }) {
        const amountCents = centsTyped(state.forms.topup?.amount ?? "20");
        if (!(amountCents >= 100 && amountCents <= 500_000) || state.busy.topup) return;
        state.busy.topup = true;
        delete state.problems["top-up"];
        render();
        try {
            const useSavedCard = state.forms.topup?.saved === "yes";
            const body = { amountCents, ...(useSavedCard ? { useSavedCard } : {}) };
            const reply = await call("POST", "/v1/billing/checkout",
                { body, key: keyFor(JSON.stringify(body)) });
            forgetKey();
            if (reply.checkoutUrl) return location.assign(reply.checkoutUrl);
            announce("The card is being charged. The wallet follows in a moment.");
            await Promise.all([paymentsPath, balancePath].map(load));
        } catch (error) {
            if (error instanceof Refusal && error.status === 402) {
                forgetKey();
                load(paymentsPath);
            }
            throw error;
        } finally {
            state.busy.topup = false;
        }
    },
    async "save-card"() {
        const { checkoutUrl } = await call("POST", "/v1/billing/setup-intent", { key: newKey() });
        location.assign(checkoutUrl);
    },
    async "delete-card"({ ask, load, announce }) {
        if (!(await ask({ title: "Remove the card?", confirm: "Remove it", danger: true,
            body: html`<p>Automatic top-up is switched off with it.</p>` }))) return;
        await call("DELETE", cardPath);
        announce("The card was removed.");
        await Promise.all([cardPath, topupPath].map(load));
    },
    async "save-auto-topup"({ state, load, announce }) {
        const form = { ...topupForm(state), ...state.forms.auto };
        delete state.problems["save-auto-topup"];
        const body = { enabled: form.enabled === "yes", thresholdCents: centsOrNone(form.threshold),
            topupAmountCents: centsOrNone(form.amount), monthlyCapCents: centsOrNone(form.cap) };
        await call("PUT", topupPath, { body });
        delete state.forms.auto;
        announce("Automatic top-up is saved.");
        await load(topupPath);
    },
};

/**
 * @param {State} state
 * @returns {{[name: string]: string, enabled: string, threshold: string, amount: string, cap: string}}
 */
function topupForm(state) {
    const now = look(state, topupPath).value ?? {};
    return { enabled: now.enabled ? "yes" : "", threshold: dollarsTyped(now.thresholdCents ?? 500),
        amount: dollarsTyped(now.topupAmountCents ?? 2_000), cap: dollarsTyped(now.monthlyCapCents) };
}
/** How long, in seconds, a payment is watched before the page stops asking every other second. */
const patience = 180;

/**
 * What is asked for often while money, or a card, is on its way.
 * @param {State} state
 */
export function moneyQuick(state) {
    const payments = look(state, paymentsPath).value?.payments ?? [];
    const since = (/** @type {string} */ time) => serverNow() - Date.parse(time) / 1_000;
    const isMoving = payments.some((/** @type {any} */ payment) => payment.status === "pending"
        && (payment.type !== "checkout" || payment.sessionId === state.route.query.get("session_id"))
        && since(payment.createdAt) < patience);
    const hasCome = payments.some((/** @type {any} */ payment) => payment.status === "succeeded"
        && since(payment.endedAt) < 8);
    const awaitsCard = state.route.query.get("card") === "saved" && look(state, cardPath).value?.last4 === null;
    return [...(isMoving || hasCome ? [paymentsPath, balancePath] : []), ...(awaitsCard ? [cardPath] : []),
        ...(hasCome ? [topupPath] : [])];
}

/** @param {State} state */
export function moneyIn(state) {
    const card = look(state, cardPath);
    const frame = (/** @type {unknown} */ content) => html`<section class="card tall" data-key="money-in"
        aria-labelledby="money-in"><h2 id="money-in">Top up</h2>${content}</section>`;
    if (isOff(card)) {
        return frame(html`<p>This outlet takes no cards.
            Its operator puts credit into your wallet: write to them and name your account.</p>
            <p class="quiet small">Your account is the e-mail address under
                <a href="/app/account">Account</a>. The credit appears in the ledger as an adjustment, and
                    pods may use it at once.</p>`);
    }
    return frame(section(card, cardPath, () => html`${testNotice(card.value)}${owed(state)}${returned(state)}${topup(state, card.value)}
        ${saved(state, card.value)}${automatic(state, card.value)}${payments(state)}`, 6));
}

/** @param {any} card */
const testNotice = (card) => card?.testMode && html`<p class="notice"><b>Test payments.</b>
    No card is charged and no money moves. The number 4242 4242 4242 4242 pays, with any date to come and any code.</p>`;

/** @param {State} state */
function owed(state) {
    const cents = look(state, balancePath).value?.owedCents ?? 0;
    return cents > 0 && html`<p class="notice">A payment was taken back after it had been spent.
        The next top-up pays the ${dollars(cents)} that are owed first.</p>`;
}

/**
 * Someone came back from the payment page: the webhook is the truth, so this waits for the outlet's word.
 * @param {State} state
 */
function returned(state) {
    const { query } = state.route;
    const say = (/** @type {string} */ kind, /** @type {unknown} */ words) => html`<p class="notice ${kind}"
        role="status">${words}</p>`;
    if (query.get("checkout") === "cancelled") return say("", "Nothing was paid. You can try again at any time.");
    if (query.get("card") === "saved") {
        return look(state, cardPath).value?.last4 ? say("good", "The card is saved.")
            : say("good", "Thank you. The card appears here in a moment.");
    }
    if (!query.has("session_id")) return "";
    const payment = look(state, paymentsPath).value?.payments?.find((/** @type {any} */ each) =>
        each.sessionId === query.get("session_id"));
    if (payment?.status === "succeeded") {
        return say("good", `Thank you. ${dollars(payment.amountCents)} are in the wallet.`);
    }
    return say("good", "Thank you. The payment is being confirmed; the wallet shows it as soon as it is.");
}

/** @param {State} state @param {any} card */
function topup(state, card) {
    const form = state.forms.topup ?? {};
    const text = form.amount ?? "20";
    const cents = centsTyped(text);
    const isValid = cents >= 100 && cents <= 500_000;
    const failure = state.problems["top-up"];
    return html`<form data-form="topup" data-do="top-up" novalidate>
        <div class="chips" role="group" aria-label="Amounts">
            ${["10", "20", "50", "100"].map((amount) => html`<button type="button" class="chip"
            data-do="choose-amount" data-amount="${amount}"
            aria-pressed="${String(text === amount)}">$${amount}</button>`)}</div>
        <div class="field"><label for="topup-amount">Amount in dollars</label>
            <input id="topup-amount" name="amount" value="${text}" inputmode="decimal" autocomplete="off"
            aria-describedby="topup-hint" ${!isValid && html`aria-invalid="true"`}>
            <p class="${isValid ? "hint" : "error"}" id="topup-hint">From $1.00 to $5,000.00.</p></div>
        ${card?.last4 && html`<label class="check">
            <input type="checkbox" name="saved" ${form.saved === "yes" &&
                html`checked`}> Charge the saved card, ending in ${card.last4}</label>`}
        ${failure !== undefined && problem(failure, failure instanceof Refusal
            && html`<p>Nothing was charged by this attempt.</p>`)}
        <button class="button" aria-disabled="${String(!isValid || state.busy.topup === true)}">
            ${form.saved === "yes" && card?.last4 ? `Charge ${dollars(isValid ? cents : 0)}`
                : "Go to payment"}</button></form>`;
}

/** @param {State} state @param {any} card */
const saved = (state, card) => html`<h3>Card</h3>${card?.last4 ? html`<div class="head-row"><p>
    ${card.brand} ending in ${card.last4}, ${String(card.expMonth).padStart(2, "0")}/${card.expYear}</p>
        <button type="button" class="button danger small" data-do="delete-card">Remove</button></div>`
    : html`<p>No card is saved. <button type="button" class="link"
        data-do="save-card">Save one</button> for automatic top-ups.</p>`}
    ${state.problems["save-card"] !== undefined && problem(/** @type {Error} */ (state.problems["save-card"]))}`;

/** @param {State} state @param {any} card */
function automatic(state, card) {
    const resource = look(state, topupPath);
    if (isOff(resource) || resource.value === null || !card?.last4) return "";
    const form = { ...topupForm(state), ...state.forms.auto };
    const last = resource.value.lastAttempt;
    const amount = (/** @type {string} */ name, /** @type {string} */ label, hint = "") =>
        html`<div class="field"><label for="auto-${name}">${label}</label><input id="auto-${name}"
        name="${name}" value="${/** @type {any} */ (form)[name]}" inputmode="decimal" autocomplete="off">
        ${hint && html`<p class="hint">${hint}</p>`}</div>`;
    return html`<h3>Automatic top-up</h3><form data-form="auto" data-do="save-auto-topup" novalidate>
        <label class="check"><input type="checkbox" name="enabled"
            ${form.enabled === "yes" && html`checked`}> Top up by itself</label>
        <div class="fields">${amount("threshold", "When available falls below, $")}
            ${amount("amount", "Charge, $")}${amount("cap", "At most a month, $", "Empty: no cap.")}</div>
        ${last && html`<p class="quiet small">Last attempt ${dayAndTime(last.createdAt)}, ${dollars(last.amountCents)}:
            ${last.status}${last.error && html`, ${last.error}`}</p>`}
        ${last?.status === "failed" && !resource.value.enabled && html`<p class="error">Switched off since then.</p>`}
        ${state.problems["save-auto-topup"] !== undefined
            && problem(/** @type {Error} */ (state.problems["save-auto-topup"]))}
        <button class="button second">Save</button></form>`;
}

/** @type {Record<string, string>} */
const paymentStyles = { pending: "busy", succeeded: "good", failed: "bad" };

/** @param {State} state */
function payments(state) {
    const list = look(state, paymentsPath).value?.payments ?? [];
    if (list.length === 0) return "";
    return html`<h3>Payments</h3><ul class="lines">
        ${list.slice(0, 8).map((/** @type {any} */ payment) => html`<li data-key="${payment.id}"><span>
        ${dayAndTime(payment.createdAt)} <span class="tag ${paymentStyles[payment.status] ?? ""}">
            ${payment.status}</span>${payment.error && html`
            <span class="quiet small">${payment.error}</span>`}</span>
        <span><b>${dollars(payment.amountCents)}</b> ${payment.receiptUrl &&
            html`<a href="${payment.receiptUrl}" rel="noreferrer">Receipt</a>`}</span></li>`)}</ul>`;
}
