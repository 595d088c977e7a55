// Makes the children of an element equal to a piece of HTML, and keeps the nodes that can be kept: focus, scroll,
// open <details> and what was typed survive. Siblings that come and go carry `data-key`.

/** @typedef {import("./html.js").Safe} Safe */

const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("app", {
    createHTML: (/** @type {string} */ text) => text,
});

/** @param {Safe} safe @returns {DocumentFragment} */
function parsed(safe) {
    const template = document.createElement("template");
    template.innerHTML =
        /** @type {string} */ (policy === undefined ? safe.text : policy.createHTML(safe.text));
    return template.content;
}

/** @param {Element} element @param {Safe} safe */
export function morph(element, safe) {
    reconcile(element, parsed(safe));
}

/** A moved node keeps its focus where the browser knows how. */
const canMove = "moveBefore" in Element.prototype;

/** @param {Node} node */
const keyOf = (node) => (node instanceof Element ? node.getAttribute("data-key") : null);

/** @param {Node} have @param {Node} want */
const fits = (have, want) => have.nodeName === want.nodeName && keyOf(have) === keyOf(want);

/** @param {Element} parent @param {Node} wanted */
function reconcile(parent, wanted) {
    const keyed = new Map(
        [...parent.children].filter((child) => keyOf(child)).map((child) => [keyOf(child), child]),
    );
    /** @type {ChildNode | null} */
    let place = parent.firstChild;
    for (const want of [...wanted.childNodes]) {
        const key = keyOf(want);
        /** @type {ChildNode | null | undefined} */
        const have = key === null ? place : keyed.get(key);
        if (!have || !fits(have, want)) {
            parent.insertBefore(want, place);
            continue;
        }
        if (have === place) place = place.nextSibling;
        /** @type {any} */ else parent[canMove ? "moveBefore" : "insertBefore"](have, place);
        update(have, want);
    }
    while (place !== null) {
        const next = place.nextSibling;
        place.remove();
        place = next;
    }
}

/** @param {ChildNode} have @param {ChildNode} want */
function update(have, want) {
    if (!(have instanceof Element) || !(want instanceof Element)) {
        if (have.nodeValue !== want.nodeValue) have.nodeValue = want.nodeValue;
        return;
    }
    if (have.hasAttribute("data-own")) return; // A part that keeps its own content.
    for (const { name } of [...have.attributes]) {
        if (!want.hasAttribute(name) && !(name === "open" && have instanceof HTMLDetailsElement)) {
            have.removeAttribute(name);
        }
    }
    for (const { name, value } of [...want.attributes]) {
        if (have.getAttribute(name) !== value) assign(have, name, value);
    }
    if (have instanceof HTMLInputElement && have.checked !== want.hasAttribute("checked")) {
        have.checked = want.hasAttribute("checked");
    }
    if (have instanceof HTMLTextAreaElement) {
        if (have.defaultValue !== want.textContent) have.value = have.defaultValue = want.textContent ?? "";
        return;
    }
    reconcile(have, want);
    if (have instanceof HTMLSelectElement) {
        const chosen = [...have.options].findIndex((option) => option.hasAttribute("selected"));
        if (chosen >= 0 && have.selectedIndex !== chosen) have.selectedIndex = chosen;
    }
}

/**
 * A field's text changes only when the state's did: what is being typed stays.
 * @param {Element} element
 * @param {string} name
 * @param {string} value
 */
function assign(element, name, value) {
    element.setAttribute(name, value);
    if (name === "value" && element instanceof HTMLInputElement) element.value = value;
}
