// SSH keys: paste, check at once, see the fingerprint.
import { day } from "../../../js/format.js";
import { call, newKey } from "../api.js";
import { keysPath, look } from "../data.js";
import { html } from "../lib/html.js";
import { copyable, empty, problem, section } from "../parts.js";

/** @typedef {import("../types.js").SSHKey} SSHKey */
/** @typedef {import("../types.js").State} State */

/** What a look at the text alone can tell; the outlet has the last word. @param {string} text */
function faultOf(text) {
    const line = text.trim();
    if (line === "") return "";
    if (line.includes("PRIVATE KEY")) {
        return "This is a private key. It never leaves your machine: paste the file that ends in .pub.";
    }
    if (line.includes("\n")) return "This is more than one line. A public key is one line.";
    if (/^ssh-dss /.test(line)) return "DSA keys are too weak, and not accepted. Make one with: ssh-keygen -t ed25519";
    if (!/^(ssh-|ecdsa-|sk-)\S+ [A-Za-z0-9+/]{20,}/.test(line)) {
        return "A public key begins with its type, such as ssh-ed25519, and a long word follows.";
    }
    return "";
}

/** @type {import("../types.js").Page} */
export const page = {
    title: () => "SSH keys",
    paths: () => [keysPath],
    actions: {
        async "add-key"({ state, render, load, announce }) {
            const form = state.forms.key ?? {};
            const publicKey = (form.publicKey ?? "").trim();
            if (publicKey === "" || faultOf(publicKey) !== "" || state.busy.key) return;
            const name = (form.name ?? "").trim() || nameIn(publicKey);
            state.busy.key = true;
            delete state.problems["add-key"];
            render();
            try {
                const key = await call("POST", "/v1/ssh-keys", { body: { name, publicKey }, key: newKey() });
                state.forms.key = { name: "", publicKey: "" };
                announce(`Key ${key.name} added.`);
                await load(keysPath);
            } finally {
                state.busy.key = false;
            }
        },
        async "delete-key"(context, element) {
            const { id = "", name = "" } = element.dataset;
            const sure = await context.ask({
                title: `Remove ${name}?`, confirm: "Remove it", danger: true,
                body: html`<p>Later pods will not accept it. Pods that exist keep it.</p>`,
            });
            if (!sure) return;
            await call("DELETE", `/v1/ssh-keys/${id}`);
            context.announce(`Key ${name} removed.`);
            await context.load(keysPath);
            /** @type {HTMLElement | null} */ (document.querySelector("main h1"))?.focus();
        },
    },
    view(state) {
        const resource = look(state, keysPath);
        return html`<h1 tabindex="-1">SSH keys</h1>
            <p class="lead-small">A pod accepts every key that is here when it is launched.</p>
            <div class="two"><section aria-labelledby="list">
                <h2 id="list" class="visually-hidden">Your keys</h2>
                ${section(resource, keysPath, () => list(state, resource.value.keys), 4)}</section>
                ${form(state)}</div>`;
    },
};

/** The comment at the end of the line, else its type. @param {string} line */
const nameIn = (line) => (line.split(/\s+/).slice(2).join(" ") || line.split(" ")[0] || "key").slice(0, 64);

/** @param {State} state @param {SSHKey[]} keys */
function list(state, keys) {
    if (keys.length === 0) return empty("keys", "No key yet",
        html`Show yours with <code>cat ~/.ssh/id_ed25519.pub</code>, or make one with <code>ssh-keygen -t
            ed25519</code>, and paste the line.`);
    return html`<ul class="rows">${keys.map((key) => html`<li class="card" data-key="${key.id}">
        <div class="head-row"><h3>${key.name}</h3>
        <button type="button" class="button danger small" data-do="delete-key" data-id="${key.id}"
            data-name="${key.name}" aria-label="Remove ${key.name}">Remove</button></div>
        ${copyable(key.fingerprint, "fingerprint")}<p class="quiet small">
            ${key.algorithm} · added ${day(key.createdAt)}</p>
        ${state.problems[key.id] !== undefined
            && problem(/** @type {Error} */ (state.problems[key.id]))}</li>`)}</ul>`;
}

/** @param {State} state */
function form(state) {
    const { name = "", publicKey = "" } = state.forms.key ?? {};
    const fault = faultOf(publicKey);
    const failure = state.problems["add-key"];
    return html`<section class="card" aria-labelledby="add"><h2 id="add">Add a key</h2>
        <form data-form="key" data-do="add-key" novalidate>
        <div class="field"><label for="key-line">Public key</label><textarea id="key-line" class="code"
            name="publicKey" spellcheck="false" autocomplete="off"
            placeholder="ssh-ed25519 AAAA… me@laptop" data-search
            aria-describedby="key-hint" ${fault !== "" && html`aria-invalid="true"`}>${publicKey}</textarea>
            <p class="hint" id="key-hint">
                ${fault === "" ? "The one line of a .pub file. The comment at its end becomes the name."
                    : html`<span class="error" role="alert">${fault}</span>`}</p></div>
        <div class="field"><label for="key-name">Name (optional)</label>
            <input id="key-name" name="name" value="${name}" maxlength="64" autocomplete="off"></div>
        ${failure !== undefined && problem(failure)}
        <button class="button" aria-disabled="${String(publicKey.trim() === "" || fault !== ""
            || state.busy.key === true)}">Add the key</button></form></section>`;
}
