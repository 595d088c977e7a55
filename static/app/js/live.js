// Figures that tick between polls. A view prints them with `live`; once a second only their text is renewed, so a
// hundred counters cost no redraw. They are not live regions: nobody wants to hear a clock.
import { about, ago, clock, fineDollars, microsOf } from "../../js/format.js";
import { serverNow } from "./data.js";
import { html } from "./lib/html.js";

/** @param {string} iso */
const seconds = (iso) => Date.parse(iso) / 1_000;

/**
 * `text` gets the figure's words and the outlet's time.
 * @type {Record<string, (words: string[], now: number) => string>}
 */
const figures = {
    /** Time since. */
    ran: ([since = ""], now) => clock(Math.floor(now) - seconds(since)),
    /** Charges of pods that run: pairs of rate and start. */
    cost: (pairs, now) => {
        let micros = 0;
        for (let index = 0; index < pairs.length; index += 2) {
            micros += microsOf(Number(pairs[index]), Math.max(0, Math.floor(now) - seconds(pairs[index + 1] ?? "")));
        }
        return fineDollars(micros);
    },
    /** Time until. */
    until: ([end = ""], now) => clock(seconds(end) - now),
    /** About how long until. */
    lasts: ([end = ""], now) => about(Math.max(0, seconds(end) - now)),
    /** Age by the visitor's own clock, in milliseconds since 1970. */
    age: ([at = "0"]) => ago((Date.now() - Number(at)) / 1_000),
};

/** @param {string} figure @param {(string | number)[]} words */
export function live(figure, ...words) {
    const text = figures[figure]?.(words.map(String), serverNow()) ?? "";
    return html`<span class="live" data-live="${figure}" data-words="${words.join(" ")}">${text}</span>`;
}

export function startTicking() {
    setInterval(() => {
        if (document.hidden) return;
        const now = serverNow();
        for (const element of document.querySelectorAll("[data-live]")) {
            const words = element.getAttribute("data-words")?.split(" ") ?? [];
            const text = figures[element.getAttribute("data-live") ?? ""]?.(words, now);
            if (text !== undefined && element.firstChild !== null && element.firstChild.nodeValue !== text) {
                element.firstChild.nodeValue = text;
            }
        }
    }, 1_000);
}
