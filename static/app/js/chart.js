// Bars of spend by day, as SVG: attributes only, no inline style. The numbers stand in the table below it.
import { dollars, shortDay } from "../../js/format.js";
import { html } from "./lib/html.js";

const [height, left, bottom, top] = [220, 56, 24, 10];
/** A drawing shrinks with its text, so a phone's is narrower from the start. */
const phone = matchMedia("(max-width: 45rem)");

/** The next round amount that four grid lines divide well. @param {number} cents */
export function roundedUp(cents) {
    const steps = [100, 200, 400, 1_000, 2_000, 4_000];
    for (let scale = 1; ; scale *= 100) {
        const found = steps.find((step) => step * scale >= cents);
        if (found !== undefined) return found * scale;
    }
}

/** @param {{date: string, cents: number}[]} days oldest first */
export function spendChart(days) {
    const width = phone.matches ? 360 : 520;
    const most = roundedUp(Math.max(...days.map(({ cents }) => cents)));
    const step = (width - left) / days.length;
    const y = (/** @type {number} */ cents) => height - bottom - (cents / most) * (height - bottom - top);
    const total = days.reduce((sum, { cents }) => sum + cents, 0);
    const peak = days.reduce((one, other) => (other.cents > one.cents ? other : one));
    const highest = `Most on ${shortDay(peak.date)}: ${dollars(peak.cents)}.`;
    const words = `Spend a day, ${days.length} days. Together ${dollars(total)}. ${highest}`;
    return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${words}">
        ${[0, 1, 2, 3, 4].map((line) => html`<g><line x1="${left}" x2="${width}" y1="${y((most * line) / 4)}"
            y2="${y((most * line) / 4)}" class="grid"/>
            <text x="${left - 8}" y="${y((most * line) / 4) + 4}" text-anchor="end">
                ${axis((most * line) / 4)}</text></g>`)}
        ${days.map(({ date, cents }, index) => html`<g>${cents > 0 && html`<rect class="bar-shape"
            x="${(left + index * step + step * 0.14).toFixed(1)}" width="${(step * 0.72).toFixed(1)}"
            y="${y(cents).toFixed(1)}" height="${(height - bottom - y(cents)).toFixed(1)}" rx="2"><title>
                ${shortDay(date)}: ${dollars(cents)}</title></rect>`}
            ${(days.length - 1 - index) % 7 === 0 &&
                html`<text x="${(left + (index + 0.5) * step).toFixed(1)}" y="${height - 6}"
                text-anchor="${index === days.length - 1 ? "end" : "middle"}">
                ${shortDay(date)}</text>`}</g>`)}
    </svg>`;
}

/** @param {number} cents */
const axis = (cents) => (cents % 100 === 0 ? `$${(cents / 100).toLocaleString("en-US")}` : dollars(cents));
