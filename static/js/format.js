// How figures become text. Money arrives as whole cents.

/** @param {number} cents */
export function dollars(cents) {
    const whole = Math.trunc(Math.abs(cents) / 100);
    const rest = String(Math.abs(cents) % 100).padStart(2, "0");
    return `${cents < 0 ? "−" : ""}$${whole.toLocaleString("en-US")}.${rest}`;
}

/** @param {string} iso */
export function dayAndTime(iso) {
    return new Date(iso).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}
