// Fills the table of prices with what the outlet sells now. Without it the page still stands.
import { dollars } from "./format.js";

/**
 * @typedef {{name: string, vramGb: number, fromPricePerHourCents: number | null, listingCount: number}}
 *   Family
 */

/** @param {string} text @param {string} style */
function cell(text, style = "") {
    const td = document.createElement("td");
    td.textContent = text;
    if (style !== "") td.className = style;
    return td;
}

/** @param {Family} family */
function row(family) {
    const price = family.fromPricePerHourCents;
    const tr = document.createElement("tr");
    tr.append(
        cell(family.name),
        cell(`${family.vramGb} GB`),
        price === null ? cell("sold out", "amount quiet") : cell(dollars(price), "amount"),
    );
    return tr;
}

async function showPrices() {
    const body = document.querySelector("[data-families]");
    const note = document.querySelector("[data-price-note]");
    if (body === null || note === null) return;
    try {
        const reply = await fetch("/v1/catalog/families", { signal: AbortSignal.timeout(10_000) });
        if (!reply.ok) throw new Error(`status ${reply.status}`);
        /** @type {Family[]} */
        const families = await reply.json();
        body.replaceChildren(...families.map(row));
        note.textContent = "As of now, in US dollars, billed by the second.";
    } catch {
        // The prices of the site build, if any, stay: the note names their time.
        if (note.querySelector("time") === null) {
            note.textContent = "Live prices cannot be read just now. Reload the page in a moment.";
        }
    }
}

const wantsMock = /[?&]mock\b/.test(location.search) || document.querySelector("meta[name=mock]") !== null;
if (wantsMock) await (await import("./mock.js")).useMock();
await showPrices();
