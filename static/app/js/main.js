// Starts the dashboard: routes, one render loop, and one listener for each kind of event. A control names what it does
// with `data-do`; the page that is shown, or this file, has the action of that name.
import { call, Refusal } from "./api.js";
import { balancePath, keepFresh, load, look, mePath, noteFailure, state } from "./data.js";
import { ask, showShortcuts } from "./dialogs.js";
import { html } from "./lib/html.js";
import { morph } from "./lib/morph.js";
import { startTicking } from "./live.js";
import { problem, skeleton } from "./parts.js";
import { shell, signedOutPage, siteName } from "./shell.js";

/** @typedef {import("./types.js").Page} Page */
/** @typedef {import("./types.js").Context} Context */
/** @typedef {import("./types.js").Action} Action */

/** The pages, loaded when first shown. @type {Record<string, () => Promise<{page: Page}>>} */
const pages = {
    overview: () => import("./pages/overview.js"),
    catalog: () => import("./pages/catalog.js"),
    rentals: () => import("./pages/rentals.js"),
    rental: () => import("./pages/rental.js"),
    billing: () => import("./pages/billing.js"),
    keys: () => import("./pages/keys.js"),
    account: () => import("./pages/account.js"),
};

/** @type {Page | null} */
let page = null;
/** @type {Error | null} */
let pageFailure = null;
const root = /** @type {HTMLElement} */ (document.querySelector("#app"));
const status = /** @type {HTMLElement} */ (document.querySelector("#status"));

/** @type {Context} */
const context = {
    state, render, ask, go,
    load: (path) => load(path, render),
    announce(text) {
        // Emptied first, so that the same words are read out again.
        status.textContent = "";
        setTimeout(() => (status.textContent = text), 50);
        clearTimeout(silence);
        silence = setTimeout(() => (status.textContent = ""), 6_000);
    },
};
/** @type {ReturnType<typeof setTimeout> | undefined} */
let silence;

let isDrawing = false;
/** Draws once, after all that happens now has happened. */
function render() {
    if (isDrawing) return;
    isDrawing = true;
    queueMicrotask(() => {
        isDrawing = false;
        const holder = document.activeElement;
        const place = holder?.closest("[data-key]")?.getAttribute("data-key");
        morph(root, shell(state, content()));
        if (holder !== null && !holder.isConnected) rescueFocus(place);
        if (page !== null) document.title = `${page.title(state)} · ${siteName}`;
    });
}

/**
 * What had the focus is gone: its neighbour gets it, else the headline.
 * @param {string | null | undefined} key
 */
function rescueFocus(key) {
    const neighbour = key && document.querySelector(`[data-key="${CSS.escape(key)}"] :is(a, button, input)`);
    const next = neighbour || document.querySelector("main h1");
    /** @type {HTMLElement | null} */ (next)?.focus();
}

function content() {
    if (state.signedOut && look(state, mePath).value === null) return signedOutPage(state);
    if (pageFailure !== null) return problem(pageFailure, html`<p><a href="">Reload the page</a></p>`);
    if (page === null) return html``;
    return isOpening() ? html`<h1 tabindex="-1">${page.title(state)}</h1>${skeleton(8)}` : page.view(state);
}

/** A page is shown whole when all it needs is there, so that nothing moves under the reader's hand; after a second
    and a half with what there is. */
const patience = 1_500;
let enteredAt = 0;
const isOpening = () => performance.now() - enteredAt < patience && wanted().paths.some((path) => {
    const { value, error } = look(state, path);
    return value === null && error === null;
});

/** @param {URL} url @returns {import("./types.js").Route} */
function routeOf(url) {
    const [, , name = "", id = ""] = url.pathname.split("/");
    const known = name === "" ? "overview" : name === "rentals" && id !== "" ? "rental" : name;
    return { name: known in pages ? known : "missing", id, query: url.searchParams, path: url.pathname + url.search };
}

/** Goes to a path of the dashboard. @param {string} path */
function go(path) {
    history.pushState(null, "", path);
    enter(true);
}

/** Shows what the address says. @param {boolean} moved whether the reader came from another page */
async function enter(moved) {
    const before = state.route;
    state.route = routeOf(new URL(location.href));
    const isSamePage = before.name === state.route.name && before.id === state.route.id;
    const opening = pages[state.route.name];
    if (!isSamePage) {
        enteredAt = performance.now();
        setTimeout(render, patience);
        state.problems = {};
        pageFailure = null;
        try {
            page = opening === undefined ? missing : (await opening()).page;
        } catch (error) {
            pageFailure = /** @type {Error} */ (error);
        }
    }
    wanted().paths.forEach((path) => {
        const { value, at, loading } = look(state, path);
        if (value === null ? !(path in state.data) || !loading : !isSamePage
            && Date.now() - at > 3_000) load(path, render);
    });
    page?.entered?.(context);
    render();
    if (moved && !isSamePage) {
        scrollTo(0, 0);
        queueMicrotask(() => /** @type {HTMLElement | null} */ (document.querySelector("main h1"))?.focus());
    }
}

/** @type {Page} */
const missing = {
    title: () => "Not found", paths: () => [], actions: {},
    view: () => html`<div class="empty"><h1 tabindex="-1">There is nothing here</h1>
        <p>The address may be mistyped.</p><a class="button" href="/app">Overview</a></div>`,
};

/** What the page and its frame need of the API. */
function wanted() {
    const paths = new Set([mePath, balancePath, ...(page?.paths(state) ?? [])]);
    return { paths: [...paths], quick: page?.quick?.(state) ?? [] };
}

/** What every page can do. @type {Record<string, Action>} */
const actions = {
    retry: ({ load }, element) => load(element.dataset.path ?? ""),
    pick({ state }, element) {
        state.picked[element.dataset.id ?? ""] = /** @type {HTMLInputElement} */ (element).checked;
    },
    async copy({ announce }, element) {
        try {
            await navigator.clipboard.writeText(element.dataset.text ?? "");
            announce(`${element.dataset.what ?? "Text"} copied.`);
        } catch {
            announce("The browser did not allow copying. Select the text and copy it.");
        }
    },
    theme({ state, announce }) {
        const next = { system: "light", light: "dark", dark: "system" }[state.theme] ?? "system";
        state.theme = next;
        keep("theme", next === "system" ? null : next);
        if (next === "system") delete document.documentElement.dataset.theme;
        else document.documentElement.dataset.theme = next;
        announce(`Theme: ${next}.`);
    },
    help: ({ state, render }) => showShortcuts(state.shortcuts, (isOn) => {
        state.shortcuts = isOn;
        keep("shortcuts", isOn ? null : "off");
        render();
    }),
    "keep-draft": ({ state }, element) => {
        sessionStorage.setItem("draft", JSON.stringify(state.forms));
        location.assign(element.getAttribute("href") ?? "/login");
    },
    async "sign-out"({ state, render }) {
        await call("POST", "/v1/auth/logout");
        state.signedOut = true;
        state.data = {};
        render();
    },
};

/** @param {string} name @param {string | null} value */
function keep(name, value) {
    try {
        if (value === null) localStorage.removeItem(name);
        else localStorage.setItem(name, value);
    } catch {
        // Storage may be forbidden; the choice then holds until the page is left.
    }
}

/** Runs the action that an element names. @param {HTMLElement} element */
async function act(element) {
    const name = element.dataset.do ?? "";
    const action = page?.actions[name] ?? actions[name];
    if (action === undefined || element.getAttribute("aria-disabled") === "true") return;
    try {
        await action(context, element);
    } catch (error) {
        noteFailure(error);
        const key = element.dataset.problem ?? element.dataset.id ?? name;
        state.problems[key] = /** @type {Error} */ (error);
        context.announce(/** @type {Error} */ (error).message);
        if (!(error instanceof Refusal) && !(error instanceof Error && error.message !== "")) throw error;
    }
    render();
}

document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const control = /** @type {HTMLElement | null} */ (target?.closest("[data-do]:not(form)"));
    if (control !== null) {
        if (control.tagName === "A") event.preventDefault();
        act(control);
        return;
    }
    const link = target?.closest("a");
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    const isOurs = link?.origin === location.origin && /^\/app(\/|$)/.test(link.pathname) && link.hash === ""
        && !link.download;
    if (link && isPlain && isOurs) {
        event.preventDefault();
        go(link.pathname + link.search);
    }
});

document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLElement} */ (event.target);
    if (form.dataset.do === undefined) return;
    event.preventDefault();
    act(form);
});

/** What is typed is part of the state, so that drawing again never loses it. */
document.addEventListener("input", (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    const form = field.form?.dataset.form;
    if (form === undefined || field.name === "") return;
    const value = field.type === "checkbox" ? (field.checked ? "yes" : "") : field.value;
    state.forms[form] = { ...state.forms[form], [field.name]: value };
    page?.changed?.(context, form, field.name);
    render();
});

addEventListener("popstate", () => enter(true));
addEventListener("online", render);
addEventListener("offline", render);
document.addEventListener("visibilitychange", () => {
    if (!document.hidden) wanted().paths.filter((path) => path === balancePath
        || path.startsWith("/v1/rentals")).forEach(context.load);
});

let lastKey = { key: "", at: 0 };
/** @type {Record<string, string>} */
const goTo = { o: "/app", c: "/app/catalog", i: "/app/rentals", w: "/app/billing", k: "/app/keys",
    a: "/app/account" };
document.addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof HTMLElement
        && event.target.closest("input, select, textarea, [contenteditable], dialog") !== null;
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const isSecond = lastKey.key === "g" && Date.now() - lastKey.at < 1_500;
    lastKey = { key: event.key, at: Date.now() };
    if (event.key === "?") return void actions.help?.(context, root);
    if (!state.shortcuts) return;
    const place = isSecond ? goTo[event.key] : event.key === "n" ? "/app/catalog" : undefined;
    if (place !== undefined) {
        event.preventDefault();
        go(place);
    } else if (event.key === "/") {
        event.preventDefault();
        /** @type {HTMLElement | null} */ (document.querySelector("main [data-search]"))?.focus();
    }
});

state.theme = document.documentElement.dataset.theme ?? "system";
try {
    state.shortcuts = localStorage.getItem("shortcuts") !== "off";
    state.forms = JSON.parse(sessionStorage.getItem("draft") ?? "{}");
    sessionStorage.removeItem("draft");
} catch {
    // As above: without storage nothing is remembered, and all works.
}
const wantsMock = /[?&]mock\b/.test(location.search) || document.querySelector("meta[name=mock]") !== null;
if (wantsMock) state.mock = await (await import("../../js/mock.js")).useMock();
await enter(false);
keepFresh(wanted, render);
startTicking();
