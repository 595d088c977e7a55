// HTML as a value. `html` escapes every hole, so a view cannot inject by mistake.

/** Text that is safe to be parsed as HTML. Only `html` makes it. */
export class Safe {
    /** @param {string} text */
    constructor(text) {
        this.text = text;
    }
}

/** @type {Record<string, string>} */
const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/**
 * Booleans print nothing, so that `${flag && html`…`}` works; ARIA needs `${String(flag)}`.
 * @param {unknown} value
 * @returns {string}
 */
function printed(value) {
    if (value instanceof Safe) return value.text;
    if (Array.isArray(value)) return value.map(printed).join("");
    if (value === null || value === undefined || typeof value === "boolean") return "";
    return String(value).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

/** @param {TemplateStringsArray} strings @param {unknown[]} values */
export function html(strings, ...values) {
    return new Safe(strings.map((string, index) => string + (index < values.length ? printed(values[index])
        : "")).join(""));
}
