// Amounts of money as people type them. What is no amount is never taken for none: a limit would be lifted by a slip.

/** Dollars as typed, in whole cents; NaN when they are not. @param {string} text */
export function centsTyped(text) {
    const match = /^\s*\$?(\d{1,7})(?:\.(\d{1,2}))?\s*$/.exec(text.replaceAll(",", ""));
    return match === null ? NaN : Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}

/** The same for a field that may stay empty. @param {string} text @throws {Error} when it is no amount */
export function centsOrNone(text) {
    if (text.trim() === "") return null;
    const cents = centsTyped(text);
    if (Number.isNaN(cents)) throw new Error(`“${text.trim()}” is no amount in dollars, such as 12.50. Nothing was saved.`);
    return cents;
}

/** An amount as it stands in a field. @param {number | null | undefined} cents */
export const dollarsTyped = (cents) => (cents === null || cents === undefined ? "" : (cents / 100).toFixed(2));
