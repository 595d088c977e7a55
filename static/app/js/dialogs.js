// Questions and help, in native dialogs: the browser keeps the focus inside, and gives it back at the end.
import { html } from "./lib/html.js";
import { morph } from "./lib/morph.js";

/** @typedef {import("./types.js").Question} Question */

/** Asks before something that cannot be undone. With `typed`, that word has to be typed.
    @param {Question} question @returns {Promise<boolean>} */
export function ask(question) {
    const dialog = opened(html`<form method="dialog">
        <h2 id="dialog-title" tabindex="-1">${question.title}</h2>${question.body}
        ${question.typed !== undefined && html`<div class="field"><label for="dialog-word">Type
            <b>${question.typed}</b> to go on</label>
            <input id="dialog-word" autocomplete="off" autocapitalize="off"
                spellcheck="false" required pattern="\\s*${question.typed}\\s*"></div>`}
        <div class="actions"><button class="button ${question.danger ? "danger" : ""}" value="yes">
            ${question.confirm}</button>
        <button class="button second" value="no" formnovalidate>Cancel</button></div></form>`);
    return new Promise((resolve) => dialog.addEventListener("close", () => {
        dialog.remove();
        resolve(dialog.returnValue === "yes");
    }));
}

/** @param {import("./lib/html.js").Safe} content */
function opened(content) {
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-labelledby", "dialog-title");
    morph(dialog, content);
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
}

/** @param {boolean} isOn @param {(isOn: boolean) => void} turn */
export function showShortcuts(isOn, turn) {
    const row = (/** @type {string} */ keys, /** @type {string} */ what) => html`<div><dt>
        ${keys.split(" ").map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${what}</dd></div>`;
    const dialog = opened(html`<form method="dialog"><h2 id="dialog-title" tabindex="-1">Keyboard</h2>
        <dl class="shortcuts">
            ${row("/", "Search or filter")}${row("n", "Launch a pod")}${row("g o", "Overview")}
                ${row("g c", "Catalog")}
            ${row("g i", "Instances")}${row("g w", "Wallet and billing")}${row("g k", "SSH keys")}
                ${row("g a", "Account")}${row("?", "This help")}</dl>
        <label class="check"><input type="checkbox" id="shortcuts-on"
            ${isOn && html`checked`}> Single-key shortcuts</label>
        <div class="actions"><button class="button" value="ok">Close</button></div></form>`);
    dialog.addEventListener("close", () => {
        turn(dialog.querySelector("input")?.checked ?? true);
        dialog.remove();
    });
}
