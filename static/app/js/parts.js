// The pieces that several pages are made of.
import { counted, day, dayAndTime, dollars } from "../../js/format.js";
import { Refusal } from "./api.js";
import { isLive } from "./data.js";
import { html } from "./lib/html.js";
import { live } from "./live.js";

/** @typedef {import("./types.js").Resource} Resource */
/** @typedef {import("./types.js").Rental} Rental */
/** @typedef {import("./types.js").State} State */

/** Paths on a 24 by 24 grid, drawn as lines. @type {Record<string, string>} */
const drawings = {
    overview: "M4 4h7v9H4z M13 4h7v5h-7z M13 11h7v9h-7z M4 15h7v5H4z",
    catalog: "M4 6h10 M18 6h2 M4 12h2 M10 12h10 M4 18h7 M15 18h5 M14 4v4 M6 10v4 M11 16v4",
    rentals: "M4 5h16v6H4z M4 13h16v6H4z M8 8h.01 M8 16h.01 M12 8h4 M12 16h4",
    billing: "M4 7h15a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1z M4 7l11-3v3 M16 13h.01",
    keys: "M8 12a4 4 0 1 0 0 .01 M12 12h9 M17 12v4 M21 12v3",
    account: "M12 12a4 4 0 1 0-.01 0 M4 20c1-4 4-5 8-5s7 1 8 5",
    play: "M8 5l11 7-11 7z", stop: "M7 7h10v10H7z", copy: "M9 9h11v11H9z M5 15H4V4h11v1", check: "M5 13l4 4L19 7",
    warning: "M12 4l9 16H3z M12 10v4 M12 17h.01", cross: "M6 6l12 12 M18 6L6 18",
        clock: "M12 3a9 9 0 1 0 .01 0 M12 7v5l3 2",
    download: "M12 4v11 M7 11l5 5 5-5 M5 20h14", plus: "M12 5v14 M5 12h14", right: "M9 6l6 6-6 6",
        left: "M15 6l-6 6 6 6",
    sun: "M12 8a4 4 0 1 0 .01 0 M12 2v2 M12 20v2 M2 12h2 M20 12h2 M5 5l1 1 M18 18l1 1 M19 5l-1 1 M6 18l-1 1",
    moon: "M20 14a8 8 0 1 1-9-10 6.5 6.5 0 0 0 9 10z", bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
        out: "M10 4H5v16h5 M14 8l4 4-4 4 M18 12H9",
    busy: "M12 3a9 9 0 1 0 9 9", off: "M12 3a9 9 0 1 0 .01 0 M6 6l12 12",
        help: "M12 3a9 9 0 1 0 .01 0 M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7 M12 17h.01",
};

/** @param {string} name */
export const icon = (name) => html`<svg class="icon" data-icon="${name}"
    viewBox="0 0 24 24" fill="none" stroke="currentColor"
    stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
        <path d="${drawings[name] ?? ""}"/></svg>`;

/** @type {Record<string, {word: string, style: string, icon: string}>} */
const statuses = {
    provisioning: { word: "Starting", style: "busy", icon: "busy" },
    running: { word: "Running", style: "good", icon: "play" },
    stopping: { word: "Stopping", style: "busy", icon: "busy" },
    stopped: { word: "Stopped", style: "", icon: "stop" },
    failed: { word: "Failed", style: "bad", icon: "warning" },
};

/** @param {string} status */
export function statusTag(status) {
    const { word, style, icon: drawing } = statuses[status] ?? { word: status, style: "", icon: "help" };
    return html`<span class="tag ${style}">${icon(drawing)}${word}</span>`;
}

/** @type {Record<string, string>} */
const stopReasons = {
    user: "You stopped it.", wallet_empty: "The wallet could not pay for one more second.",
    auto_stop: "It reached its auto-stop time.",
        provider_lost: "The provider lost it. You paid to the last second that it was known to live.",
    provision_failed: "It could not be started.",
        operator: "The operator of this outlet stopped it.",
};

/** Why it ended, with the provider's own words when there are some. @param {Rental} rental */
export function reasonOf({ stopReason, error }) {
    const reason = stopReasons[stopReason ?? ""] ?? "It has ended.";
    return error === null ? reason : `${reason} The provider says: ${error.replace(/[.\s]*$/, ".")}`;
}

/** A name for people: what the renter called it, else its hardware. @param {Rental} rental */
export const nameOf = (rental) => rental.name ?? `${rental.gpuCount} × ${familyName(rental.familyId)}`;

/** A family's name without its maker, where space is short. @param {string} name */
export const shortName = (name) => name.replace(/^NVIDIA (GeForce )?/, "");

/** `h100-80gb` as `H100 80GB`. @param {string} id */
export const familyName = (id) => id.split("-").map((part) => part.toUpperCase()).join(" ");

/** What a pod has cost so far: ticking while it runs. When the server's figure does not follow the clock (a pod that its
    provider has not confirmed is not billed on), the server's is shown. @param {Rental} rental @param {Resource} from */
export function costOf(rental, from) {
    if (rental.status !== "running"
        || rental.runningSince === null) return html`${dollars(rental.totalChargedCents)}`;
    const elapsed = from.at / 1_000 - Date.parse(rental.runningSince) / 1_000;
    const expected = (rental.pricePerHourCents * elapsed) / 3_600;
    const slack = 1 + (rental.pricePerHourCents * 20) / 3_600;
    if (from.at > 0 && Math.abs(expected - rental.totalChargedCents) > slack + clockSlack(rental)) return html`${dollars(rental.totalChargedCents)}`;
    return live("cost", rental.pricePerHourCents, rental.runningSince);
}
/** A visitor's clock may be wrong by minutes; the counters follow the server's. @param {Rental} rental */
const clockSlack = (rental) => (rental.pricePerHourCents * 120) / 3_600;

/** @param {Rental} rental */
export function ranFor(rental) {
    if (rental.runningSince === null) return html`–`;
    if (rental.stoppedAt === null) return live("ran", rental.runningSince);
    return html`${elapsed(rental.runningSince, rental.stoppedAt)}`;
}
/** @param {string} from @param {string} to */
function elapsed(from, to) {
    const seconds = Math.max(0, (Date.parse(to) - Date.parse(from)) / 1_000);
    const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
    return hours > 0 ? `${hours} h ${minutes} min` : minutes > 0 ? `${minutes} min ${seconds % 60} s`
        : `${seconds} s`;
}

/** One fact of a list of facts. @param {string} label @param {unknown} value */
export const fact = (label, value) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`;

/** A text with a button that copies it. @param {string} text @param {string} what */
export const copyable = (text, what) => html`<div class="copyable"><code tabindex="0" role="group"
    aria-label="${what}">${text}</code>
    <button type="button" class="icon-button" data-do="copy" data-text="${text}" data-what="${what}"
        aria-label="Copy ${what}">${icon("copy")}</button></div>`;

/** The same within a line, for ids. @param {string} text @param {string} what */
export const shortCopyable = (text, what) => html`<code class="id">${text}</code> <button type="button"
    class="link" data-do="copy" data-text="${text}" data-what="${what}" aria-label="Copy ${what}">Copy</button>`;

/**
 * What went wrong, whether it cost anything, and what may be done.
 * @param {Error} error
 * @param {import("./lib/html.js").Safe | false} [next]
 */
export function problem(error, next) {
    const { requestId, retryAfter } = error instanceof Refusal ? error : { requestId: "", retryAfter: 0 };
    return html`<div class="notice bad" role="alert"><p><strong>${error.message}</strong>
        ${retryAfter > 0 && `It can be tried again in ${counted(retryAfter, "second")}.`}</p>
        ${next}
        ${requestId !== "" && html`<p class="quiet small">Request ${shortCopyable(requestId, "request id")}</p>`}</div>`;
}

/** A part of a page that depends on one path: loading, error, stale and ready. @param {Resource} resource @param {string} path
    @param {() => import("./lib/html.js").Safe} ready @param {number} [lines] */
export function section(resource, path, ready, lines = 3) {
    if (resource.value !== null) return ready();
    if (resource.error === null) return skeleton(lines);
    const next = html`<p><button type="button" class="button second small" data-do="retry"
        data-path="${path}">Try again</button></p>`;
    return problem(resource.error, next);
}

/** Shown after 200 ms only, by its style. @param {number} lines */
export const skeleton = (lines) => html`<div class="skeleton"
    aria-busy="true"><span class="visually-hidden">Loading</span>
    ${Array.from({ length: lines }, () => html`<i></i>`)}</div>`;

/**
 * @param {string} drawing
 * @param {string} title
 * @param {unknown} text
 * @param {import("./lib/html.js").Safe} [action]
 */
export const empty = (drawing, title, text, action) => html`<div class="empty">${icon(drawing)}<h2>
    ${title}</h2><p>${text}</p>${action}</div>`;

/**
 * A pod in a list.
 * @param {Rental} rental
 * @param {Resource} from
 * @param {State} state
 * @param {boolean} [pickable]
 */
export function podCard(rental, from, state, pickable = false) {
    const name = nameOf(rental);
    const isRunning = rental.status === "running";
    const failure = state.problems[rental.id];
    return html`<li class="card pod" data-key="${rental.id}">
        <div class="pod-head">
            ${pickable && isRunning && html`<input type="checkbox" data-do="pick" data-id="${rental.id}"
                aria-label="Select ${name}" ${state.picked[rental.id] ? html`checked` : ""}>`}
            <h3><a href="/app/rentals/${rental.id}">${name}</a></h3>${statusTag(rental.status)}
        </div>
        <p class="quiet small">
            ${rental.gpuCount} × ${familyName(rental.familyId)} · ${rental.region ?? "any region"} · ${rental.templateId}${pace(rental)}</p>
        <dl class="figures">
            ${fact("Rate", isRunning || rental.status === "provisioning"
                ? `${dollars(rental.pricePerHourCents)}/hr` : "$0.00/hr")}
            ${fact("GPUs", rental.gpuCount)}${fact("Ran for", ranFor(rental))}
                ${fact("Total", costOf(rental, from))}
        </dl>
        ${isRunning && rental.sshCommand !== null && copyable(rental.sshCommand, "SSH command")}
        ${rental.status === "failed" && html`<p class="small error">
            ${reasonOf(rental)}${rental.totalChargedCents === 0 && " Nothing was charged."}</p>`}
        ${failure !== undefined && problem(failure)}
        ${isLive(rental) && html`<div class="pod-foot"><span class="quiet small">Since
            ${dayAndTime(rental.startedAt)}</span>${stopButton(rental, state)}</div>`}
    </li>`;
}

/** @param {Rental} rental */
function pace(rental) {
    if (rental.status === "provisioning") return html` · waiting ${live("ran", rental.startedAt)}`;
    if (rental.stoppedAt !== null) return ` · ended ${day(rental.stoppedAt)}`;
    if (rental.autoStopAt !== null && rental.status === "running") return html` · auto-stop in ${live("until",
        rental.autoStopAt)}`;
    return "";
}

/**
 * Inert but focusable while it works: the focus stays where it was.
 * @param {Rental} rental
 * @param {State} state
 */
export function stopButton(rental, state) {
    if (rental.status === "stopped" || rental.status === "failed") return "";
    const isBusy = rental.status === "stopping" || state.busy[rental.id] === true;
    return html`<button type="button" class="button danger small" data-do="stop" data-id="${rental.id}"
        aria-disabled="${String(isBusy)}"
        aria-label="${isBusy ? "Stopping" : "Stop"} ${nameOf(rental)}">
            ${icon("stop")}${isBusy ? "Stopping" : "Stop"}</button>`;
}

/** @param {string} href @param {string} text */
export const launchLink = (href = "/app/catalog", text = "Launch a pod") => html`<a class="button"
    href="${href}">${icon("bolt")}${text}</a>`;
