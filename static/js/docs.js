// What the documentation can do beyond being read: search, copying samples, light and dark.

/** @typedef {{page: string, title: string, at: string, text: string}} Entry */

/** @type {Promise<Entry[]> | undefined} */
let entries;
const load = () => (entries ??= fetch("/docs/search.json").then((reply) => reply.json()));

/**
 * The sections that hold every word, those with it in the title first.
 * @param {Entry[]} all
 * @param {string} query
 */
export function found(all, query) {
    const words = query.toLowerCase().split(/\s+/).filter((word) => word !== "");
    if (words.length === 0) return [];
    const weigh = (/** @type {Entry} */ entry) => {
        const [page, title, text] = [entry.page, entry.title, entry.text].map((part) => part.toLowerCase());
        let weight = 0;
        for (const word of words) {
            const hit = (title?.includes(word) ? 8 : 0) + (page?.includes(word) ? 4 : 0) +
                (text?.includes(word) ? 1 : 0);
            if (hit === 0) return 0;
            weight += hit;
        }
        return weight;
    };
    return all.map((entry) => ({ entry, weight: weigh(entry) })).filter(({ weight }) => weight > 0)
        .sort((one, other) => other.weight - one.weight).slice(0, 8).map(({ entry }) => entry);
}

/** Some words around the first hit. @param {string} text @param {string} query */
function excerpt(text, query) {
    const [word = ""] = query.toLowerCase().trim().split(/\s+/);
    const start = Math.max(0, text.toLowerCase().indexOf(word) - 40);
    return `${start > 0 ? "…" : ""}${text.slice(start, start + 110)}…`;
}

/** @param {HTMLInputElement} field @param {Element} list @param {Element} count */
async function search(field, list, count) {
    const query = field.value;
    const hits = found(await load(), query);
    if (query !== field.value) return;
    count.textContent = query.trim() === "" ? "" : `${hits.length} found`;
    list.replaceChildren(...hits.map(({ page, title, at, text }) => {
        const link = document.createElement("a");
        const [name, words] = [document.createElement("b"), document.createElement("span")];
        link.href = at;
        name.textContent = title === "" ? page : `${page}: ${title}`;
        words.textContent = excerpt(text, query);
        link.append(name, words);
        const item = document.createElement("li");
        item.append(link);
        return item;
    }));
    if (hits.length === 0 && query.trim() !== "") list.textContent = "Nothing found.";
}

/** @param {HTMLPreElement} sample */
function addCopyButton(sample) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(sample.textContent?.trimEnd() ?? "");
        button.textContent = "Copied";
        setTimeout(() => (button.textContent = "Copy"), 2_000);
    });
    const frame = document.createElement("div");
    frame.className = "sample";
    sample.replaceWith(frame);
    frame.append(sample, button);
}

/** @param {HTMLElement} button */
function switchTheme(button) {
    const root = document.documentElement;
    const isDark = root.dataset.theme === "dark" ||
        (root.dataset.theme === undefined && matchMedia("(prefers-color-scheme: dark)").matches);
    root.dataset.theme = isDark ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
    button.textContent = isDark ? "Dark" : "Light";
}

function start() {
    const field = /** @type {HTMLInputElement | null} */ (document.querySelector("#search"));
    const [list, count] = [document.querySelector("#results"), document.querySelector("#found")];
    if (field !== null && list !== null && count !== null) {
        field.addEventListener("focus", load, { once: true });
        field.addEventListener("input", () => search(field, list, count));
        document.addEventListener("keydown", (event) => {
            const isTyping = event.target instanceof Element &&
                event.target.closest("input, textarea") !== null;
            if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey) return;
            event.preventDefault();
            field.focus();
        });
    }
    for (const sample of document.querySelectorAll("article pre:not(:has(.language-text))")) {
        addCopyButton(/** @type {HTMLPreElement} */ (sample));
    }
    const button = /** @type {HTMLElement | null} */ (document.querySelector("[data-theme-switch]"));
    button?.removeAttribute("hidden");
    button?.addEventListener("click", () => switchTheme(button));
    // On a phone the contents would push the page itself out of sight. Wide, the style shows them in any case.
    if (matchMedia("(min-width: 60rem)").matches) document.querySelector(".chapters")?.setAttribute("open", "");
}

start();
