// Stopping pods: what ends and what is lost is said before, and nothing is shown as done before the outlet says so.
import { counted, dollars } from "../../js/format.js";
import { call, newKey, Refusal } from "./api.js";
import { balancePath, rentals, rentalsPath } from "./data.js";
import { html } from "./lib/html.js";
import { live } from "./live.js";
import { nameOf } from "./parts.js";

/** @typedef {import("./types.js").Context} Context */
/** @typedef {import("./types.js").Rental} Rental */

/** The Stop of one card. @type {import("./types.js").Action} */
export const stopOne = (context, element) => stopRentals(context, [element.dataset.id ?? ""]);

/** @param {Context} context @param {string[]} ids */
export async function stopRentals(context, ids) {
    const { state, render } = context;
    const known = [...rentals(state), ...Object.values(state.data).map((resource) =>
        resource.value).filter((value) => value?.id?.startsWith("rent_"))];
    const chosen = ids.flatMap((id) => known.find((rental) => rental.id === id) ?? []);
    if (chosen.length === 0 || !(await context.ask(question(chosen)))) return;

    for (const { id } of chosen) {
        state.busy[id] = true;
        delete state.problems[id];
    }
    render();
    const results = await Promise.allSettled(chosen.map(stop));
    results.forEach((result, index) => {
        const rental = chosen[index];
        if (rental === undefined) return;
        if (result.status === "rejected") state.problems[rental.id] = result.reason;
        else state.picked[rental.id] = false;
    });
    const done = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    if (done.length > 0) context.announce(report(done));
    const theirs = Object.keys(state.data).filter((path) => ids.some((id) => path.startsWith(`/v1/rentals/${id}`)));
    await Promise.all([...theirs, rentalsPath, balancePath].map(context.load));
    for (const { id } of chosen) state.busy[id] = false;
    render();
}

/** @typedef {{finalChargedCents: number, refundedCents: number}} Stopped */

/** Already stopped counts as done. @param {Rental} rental @returns {Promise<Stopped>} */
async function stop({ id }) {
    try {
        return await call("POST", `/v1/rentals/${id}/stop`, { key: newKey() });
    } catch (error) {
        if (error instanceof Refusal && error.code === "already_stopped") return { finalChargedCents: 0,
            refundedCents: 0 };
        throw error;
    }
}

/** @param {Stopped[]} done */
function report(done) {
    const sum = (/** @type {keyof Stopped} */ name) => done.reduce((total, each) => total + each[name], 0);
    const [charged, returned] = [dollars(sum("finalChargedCents")), dollars(sum("refundedCents"))];
    return `Stopping ${counted(done.length, "pod")}. Charged ${charged}, returned ${returned} from the hold.`;
}

/** @param {Rental[]} chosen @returns {import("./types.js").Question} */
function question(chosen) {
    const running = chosen.flatMap((rental) => (rental.runningSince === null ? [] : [rental.pricePerHourCents,
        rental.runningSince]));
    const soFar = running.length === 0 ? html`Nothing was charged yet.`
        : html`Charged so far: ${live("cost", ...running)}.`;
    const [first] = chosen;
    const one = chosen.length === 1 && first !== undefined;
    return {
        title: one ? `Stop ${nameOf(first)}?` : `Stop ${counted(chosen.length, "pod")}?`,
        body: html`<p>Billing ends at this second. ${one ? "The pod and all its files go"
            : "The pods and all their files go"} for good. ${soFar}</p>
            ${!one && html`<ul class="plain">${chosen.map((rental) => html`<li>
                ${nameOf(rental)} <span class="quiet">
                ${dollars(rental.pricePerHourCents)}/hr</span></li>`)}</ul>`}`,
        confirm: one ? "Stop it" : `Stop ${counted(chosen.length, "pod")}`,
        danger: true,
        ...(one ? {} : { typed: "stop" }),
    };
}
