// How figures become text; the only place that does so. Money arrives as whole cents, time as ISO 8601 or seconds.

/** Cents as dollars: `$1,234.50`, `−$0.75`. @param {number} cents */
export function dollars(cents) {
    const whole = Math.trunc(Math.abs(cents) / 100);
    const rest = String(Math.abs(cents) % 100).padStart(2, "0");
    return `${cents < 0 ? "−" : ""}$${whole.toLocaleString("en-US")}.${rest}`;
}

/** With a sign always, for movements: `+$20.00`. @param {number} cents */
export function change(cents) {
    return cents > 0 ? `+${dollars(cents)}` : dollars(cents);
}

/** Millionths of a dollar with four decimals, cut and never rounded up: `$3.7543`. @param {number} micros */
export function fineDollars(micros) {
    const parts = Math.trunc(micros / 100);
    return `$${Math.trunc(parts / 10_000).toLocaleString("en-US")}.${
        String(parts % 10_000).padStart(4, "0")
    }`;
}

/**
 * What a pod has run up, in whole millionths of a dollar.
 * @param {number} centsPerHour
 * @param {number} seconds
 */
export function microsOf(centsPerHour, seconds) {
    return Math.floor((centsPerHour * 10_000 * seconds) / 3_600);
}

/**
 * The price of the whole time, half up to the cent: the server's formula.
 * @param {number} centsPerHour
 * @param {number} seconds
 */
export function centsOf(centsPerHour, seconds) {
    return Math.floor((2 * seconds * centsPerHour + 3_600) / 7_200);
}

/** A clock of elapsed time: `0:07`, `41:12`, `3:05:09`, `2 d 4:05:09`. @param {number} seconds */
export function clock(seconds) {
    const total = Math.max(0, Math.floor(seconds));
    const [days, hours, minutes] = [
        Math.floor(total / 86_400),
        Math.floor(total / 3_600) % 24,
        Math.floor(total / 60) % 60,
    ];
    const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
    const rest = `${two(minutes)}:${two(total % 60)}`;
    if (days > 0) return `${days} d ${hours}:${rest}`;
    return hours > 0 ? `${hours}:${rest}` : `${minutes}:${two(total % 60)}`;
}

/**
 * About how long, in the words of people: `40 s`, `12 min`, `14 h`, `9 days`. Rounded down.
 * @param {number} seconds
 */
export function about(seconds) {
    if (seconds < 60) return `${Math.max(0, Math.floor(seconds))} s`;
    if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
    if (seconds < 36_000) return `${Math.floor(seconds / 3_600)} h ${Math.floor(seconds / 60) % 60} min`;
    if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
    return `${Math.floor(seconds / 86_400).toLocaleString("en-US")} days`;
}

/** How long ago, for ages of figures and logins. @param {number} seconds */
export function ago(seconds) {
    return seconds < 5 ? "just now" : `${about(seconds)} ago`;
}

/** @param {string} iso */
export function dayAndTime(iso) {
    return new Date(iso).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

/** @param {string} iso */
export function day(iso) {
    return new Date(iso).toLocaleDateString(undefined, { dateStyle: "medium" });
}

/** `2026-06-07` as `7 Jun`, of UTC days. @param {string} date */
export function shortDay(date) {
    return new Date(`${date}T00:00:00Z`).toLocaleDateString("en-GB", {
        day: "numeric",
        month: "short",
        timeZone: "UTC",
    });
}

/** The word for so many: `1 pod`, `2 pods`. @param {number} count @param {string} word */
export function counted(count, word) {
    return `${count.toLocaleString("en-US")} ${word}${count === 1 ? "" : "s"}`;
}
