// What ledger lines are called, and what they add up to by day and by instance.

/** @typedef {import("./types.js").LedgerEntry} LedgerEntry */

/** @type {Record<string, string>} */
export const entryLabels = {
    stripe_topup: "Top-up",
    auto_topup: "Automatic top-up",
    rental_charge: "Usage",
    refund: "Refund",
    adjustment: "Adjustment",
    dispute: "Dispute",
    hold: "Set aside for a pod",
    release: "Returned from a pod",
};

/** Spend of each of the last `days` days in UTC, oldest first: the posted usage, by the day it was posted on.
    @param {LedgerEntry[]} entries @param {number} days @param {number} now seconds since 1970 */
export function spendByDay(entries, days, now) {
    const dayOf = (/** @type {number} */ milliseconds) => new Date(milliseconds).toISOString().slice(0, 10);
    const spent = new Map(
        Array.from({ length: days }, (_, index) => [dayOf(now * 1_000 - (days - 1 - index) * 86_400_000), 0]),
    );
    for (const entry of entries) {
        const date = entry.createdAt.slice(0, 10);
        const before = spent.get(date);
        if (entry.type === "rental_charge" && before !== undefined) {
            spent.set(date, before - entry.amountCents);
        }
    }
    return [...spent].map(([date, cents]) => ({ date, cents }));
}

/** What each instance has cost, dearest first. @param {LedgerEntry[]} entries */
export function spendByRental(entries) {
    /** @type {Map<string, number>} */
    const spent = new Map();
    for (const { type, rentalId, amountCents } of entries) {
        if (type === "rental_charge" && rentalId) spent.set(rentalId, (spent.get(rentalId) ?? 0) - amountCents);
    }
    return [...spent].map(([id, cents]) => ({ id, cents })).sort((one, other) => other.cents - one.cents);
}
