// Who is signed in and where, tokens for scripts, and how this dashboard behaves.
import { day, dayAndTime } from "../../../js/format.js";
import { call, newKey } from "../api.js";
import { absent, look, mePath } from "../data.js";
import { html } from "../lib/html.js";
import { copyable, fact, icon, problem, section } from "../parts.js";

/** @typedef {import("../types.js").State} State */

const sessionsPath = "/v1/auth/sessions";
const tokensPath = "/v1/tokens";
const eventsPath = "/v1/events?pageSize=10";
const scopes = [["read", "Read pods, wallet and ledger"], ["rent", "Launch and stop pods, change SSH keys"],
    ["billing", "Top up, change cards and limits"]];

/** @type {import("../types.js").Page} */
export const page = {
    title: () => "Account",
    paths: () => [mePath, sessionsPath, tokensPath, eventsPath],
    actions: {
        async "end-session"(context, element) {
            await call("DELETE", `/v1/auth/sessions/${element.dataset.id}`);
            context.announce("That login has ended.");
            await context.load(sessionsPath);
            focusHeading();
        },
        async "end-all"(context) {
            const sure = await context.ask({ title: "Sign out everywhere?", confirm: "Sign out everywhere",
                danger: true, body: html`<p>Every login of this account ends, this one too. Pods keep running,
                    and tokens keep working.</p>` });
            if (!sure) return;
            await call("POST", "/v1/auth/logout-everywhere", { key: newKey() });
            context.state.signedOut = true;
            context.state.data = {};
        },
        async "add-token"({ state, render, load }) {
            const form = state.forms.token ?? {};
            const chosen = scopes.map(([scope = ""]) => scope).filter((scope) =>
                (form[`scope-${scope}`] ?? (scope === "read" ? "yes" : "")) === "yes");
            const name = (form.name ?? "").trim();
            if (name === "" || chosen.length === 0 || state.busy.token) return;
            state.busy.token = true;
            delete state.problems["add-token"];
            render();
            try {
                const days = Number(form.days ?? "90");
                const made = await call("POST", tokensPath, { key: newKey(), body: { name, scopes: chosen,
                    ...(days > 0 ? { expiresInDays: days } : {}) } });
                state.secrets.token = made.token ?? made.secret ?? "";
                delete state.forms.token;
                await load(tokensPath);
            } finally {
                state.busy.token = false;
            }
        },
        "hide-token": ({ state }) => void delete state.secrets.token,
        async "delete-token"(context, element) {
            const { id, name = "" } = element.dataset;
            if (!(await context.ask({ title: `Revoke ${name}?`, confirm: "Revoke it", danger: true,
                body: html`<p>Scripts that use it are refused from now on.</p>` }))) return;
            await call("DELETE", `/v1/tokens/${id}`);
            await context.load(tokensPath);
            focusHeading();
        },
    },
    view: (state) => html`<h1 tabindex="-1">Account</h1>
        <div class="two"><div class="stack">
            <section class="card" aria-labelledby="me"><h2 id="me">You</h2>${me(state)}</section>
            <section class="card" aria-labelledby="dashboard"><h2 id="dashboard">This dashboard</h2>
                <div class="actions"><button type="button" class="button second small" data-do="theme">
                    ${icon(state.theme === "dark" ? "moon" : "sun")}Theme: ${state.theme}</button>
                <button type="button" class="button second small"
                    data-do="help">Keyboard shortcuts: ${state.shortcuts ? "on" : "off"}</button></div></section>
            ${part(state, sessionsPath, "Logins", sessions)}
        </div><div class="stack">
            ${part(state, tokensPath, "Tokens for scripts", tokens)}${part(state, eventsPath, "Activity",
                activity)}</div></div>`,
};

const focusHeading = () => /** @type {HTMLElement | null} */ (document.querySelector("main h1"))?.focus();

/**
 * Left out where the outlet does not have it.
 * @param {State} state
 * @param {string} path
 * @param {string} title
 * @param {(state: State, value: any) => any} draw
 */
function part(state, path, title, draw) {
    const resource = look(state, path);
    if (absent(resource)) return "";
    const id = title.toLowerCase().replaceAll(" ", "-");
    return html`<section class="card" data-key="${id}" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
        ${section(resource, path, () => draw(state, resource.value), 4)}</section>`;
}

/** @param {State} state */
function me(state) {
    const resource = look(state, mePath);
    return section(resource, mePath, () => html`<dl class="facts">
        ${fact("E-mail", resource.value.user.email)}${fact("Since", day(resource.value.user.createdAt))}
        ${fact("This login lasts until", day(resource.value.expiresAt))}${fact("Account id",
            html`<code class="id">${resource.value.user.id}</code>`)}</dl>
        <div class="actions"><button type="button" class="button second" data-do="sign-out">
            ${icon("out")}Sign out</button></div>`, 3);
}

/** @param {State} state @param {any} value */
function sessions(state, value) {
    return html`<ul class="rows">
        ${value.sessions.map((/** @type {any} */ login) => html`<li data-key="${login.id}" class="row">
        <div><b>${browserOf(login.userAgent)}</b> ${login.current &&
            html`<span class="tag good">This one</span>`}
        <p class="quiet small">
            ${login.address !== null && `${login.address} · `}signed in ${day(login.createdAt)} · last seen ${dayAndTime(login.lastSeenAt)}</p></div>
        ${!login.current && html`<button type="button" class="button danger small" data-do="end-session"
            data-id="${login.id}" aria-label="End the login of ${browserOf(login.userAgent)}">End</button>`}
        ${state.problems[login.id] !== undefined
            && problem(/** @type {Error} */ (state.problems[login.id]))}</li>`)}</ul>
        <div class="actions"><button type="button" class="button danger"
            data-do="end-all">Sign out everywhere</button></div>`;
}

/** @param {string | null} agent */
function browserOf(agent) {
    const name = /(Firefox|Edg|Chrome|Safari|curl)/.exec(agent ?? "")?.[0].replace("Edg", "Edge");
    const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent ?? "")?.[0];
    return name === undefined ? "A program" : system === undefined ? name : `${name} on ${system}`;
}

/** @param {State} state @param {any} value */
function tokens(state, value) {
    const form = state.forms.token ?? {};
    const secret = state.secrets.token;
    const isOn = (/** @type {string} */ scope) => (form[`scope-${scope}`] ?? (scope === "read" ? "yes"
        : "")) === "yes";
    return html`${secret !== undefined && html`<div class="notice good">
        <p><strong>Copy it now.</strong> It is shown once, and kept only as a hash.</p>
        ${copyable(secret, "token")}
            <button type="button" class="button second small" data-do="hide-token">I have it</button></div>`}
        ${value.tokens.length === 0 ? html`<p class="quiet">No token.
            A token lets a script act for you, with <code>Authorization: Bearer gpo_…</code>.</p>`
            : html`<ul class="rows">${value.tokens.map((/** @type {any} */ token) => html`<li class="row"
            data-key="${token.id}"><div><b>${token.name}</b>
            ${token.scopes.map((/** @type {string} */ scope) => html`<span class="tag">${scope}</span> `)}
            <p class="quiet small">
                ${token.lastUsedAt ? `last used ${dayAndTime(token.lastUsedAt)}`
                    : "never used"} · ${token.expiresAt ? `until ${day(token.expiresAt)}` : "no end"}</p></div>
            <button type="button" class="button danger small" data-do="delete-token" data-id="${token.id}"
                data-name="${token.name}" aria-label="Revoke ${token.name}">Revoke</button></li>`)}</ul>`}
        <form data-form="token" data-do="add-token" novalidate><h3>New token</h3>
            <div class="field"><label for="token-name">Name</label>
                <input id="token-name" name="name" value="${form.name ?? ""}" maxlength="64"
                autocomplete="off"></div>
            <fieldset class="field"><legend class="label">May</legend>
                ${scopes.map(([scope = "", what]) => html`<label class="check">
                <input type="checkbox" name="scope-${scope}" ${isOn(scope) && html`checked`}> <span><b>
                ${scope}</b>: ${what}</span></label>`)}</fieldset>
            <div class="field"><label for="token-days">Ends after</label><select id="token-days" name="days">
                ${[["30", "30 days"], ["90", "90 days"], ["365", "a year"], ["0", "never"]].map(([days = "",
                    words]) => html`<option value="${days}" ${(form.days ?? "90") === days
                        && html`selected`}>${words}</option>`)}</select></div>
            ${state.problems["add-token"] !== undefined
                && problem(/** @type {Error} */ (state.problems["add-token"]))}
            <button class="button" aria-disabled="${String((form.name ?? "").trim() === ""
                || state.busy.token === true)}">Make the token</button></form>`;
}

/** @param {State} _ @param {any} value */
const activity = (_, value) => (value.events.length === 0 ? html`<p class="quiet">Nothing yet.</p>`
    : html`<ol class="timeline">
        ${value.events.map((/** @type {any} */ event) =>
            html`<li data-key="${event.id}"><time datetime="${event.at}">
            ${dayAndTime(event.at)}</time> ${event.message}</li>`)}</ol>`);
