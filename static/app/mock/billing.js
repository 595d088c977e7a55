// Money's calls of the mock: figures, ledger, top-ups that are paid at once, limits.
import { dice, newID, timeText } from "./ids.js";
import { Refused, Text } from "./replies.js";
import { paged, route } from "./routing.js";

/** @typedef {import("./routing.js").Call} Call */

const columns = [
    "id",
    "type",
    "amountCents",
    "createdAt",
    "balanceAfterCents",
    "availableAfterCents",
    "reservedAfterCents",
    "rentalId",
    "secondsBilled",
    "ratePerHourCents",
    "periodStart",
    "periodEnd",
    "stripeChargeId",
    "paymentId",
    "note",
];

/** @param {Call} call */
function ledger({ world, query, accept }) {
    for (const name of ["from", "to"]) {
        if (query.get(name) && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(query.get(name) ?? "")) {
            throw new Refused(
                400,
                "validation_failed",
                `${name} must be a time such as 2026-06-07T08:14:22Z.`,
                { [name]: "must be a time" },
            );
        }
    }
    const from = query.get("from") || "";
    const to = query.get("to") || "9";
    const found = world.wallet.entries.filter((entry) =>
        (query.get("type") ?? entry.type) === entry.type &&
        (query.get("rentalId") ?? entry.rentalId) === entry.rentalId && entry.createdAt >= from &&
        entry.createdAt < to
    );
    if (query.get("format") === "csv" || accept.includes("text/csv")) {
        return new Text(
            [columns, ...found.map((entry) => columns.map((name) => entry[name] ?? ""))].map((row) =>
                `${row.join(",")}\r\n`
            ).join(""),
            "text/csv; charset=utf-8",
        );
    }
    const { page, nextCursor } = paged(found, query);
    return { entries: page, balanceCents: world.wallet.available + world.wallet.reserved, nextCursor };
}

/** Paid at once: no page of another site stands between. @param {Call} call */
function checkout({ world, body, now }) {
    const cents = body.amountCents;
    if (!Number.isInteger(cents) || cents < 100 || cents > 500_000) {
        throw new Refused(400, "invalid_amount", "amountCents must be from 100 to 500000.", {
            amountCents: "must be from 100 to 500000",
        });
    }
    if (body.useSavedCard && world.card.last4 === null) throw noCard();
    const id = newID("pay", now, world.roll);
    world.wallet.post("stripe_topup", now, cents, 0, { paymentId: id });
    const made = payment(id, body.useSavedCard ? "saved_card" : "checkout", cents, now);
    world.payments.unshift(made);
    return body.useSavedCard ? { paymentId: id, status: "succeeded" } : {
        checkoutUrl: `/app/billing?session_id=${made.sessionId}`,
        sessionId: made.sessionId,
        paymentId: id,
    };
}

const noCard = () => new Refused(400, "validation_failed", "Save a card first.", { card: "is needed" });

/**
 * One that has succeeded.
 * @param {string} id @param {string} type @param {number} amountCents @param {number} at
 */
export const payment = (id, type, amountCents, at) => ({
    id,
    type,
    amountCents,
    status: "succeeded",
    createdAt: timeText(at),
    endedAt: timeText(at),
    receiptUrl: null,
    stripeChargeId: `ch_mock_${id.slice(-6)}`,
    checkoutUrl: null,
    sessionId: type === "checkout" ? `cs_mock_${id.slice(-6)}` : null,
    error: null,
});

/** @param {Call} call */
function saveCard({ world }) {
    if (world.card.last4 !== null) {
        throw new Refused(
            409,
            "card_already_on_file",
            "A card is saved already. Remove it before you save another.",
        );
    }
    Object.assign(world.card, { brand: "visa", last4: "4242", expMonth: 12, expYear: 2030, pmId: "pm_mock" });
    return {
        clientSecret: "seti_mock",
        publishableKey: "pk_mock",
        checkoutUrl: "/app/billing?card=saved",
        sessionId: "cs_mock_setup",
    };
}

/** @param {Call} call */
function deleteCard({ world }) {
    Object.assign(world.card, { brand: null, last4: null, expMonth: null, expYear: null, pmId: null });
    world.autoTopup.enabled = false;
    return { ok: true };
}

/** @param {Call} call */
function usage({ world, query, now }) {
    const by = query.get("by") ?? "day";
    const charges = world.wallet.entries.filter((entry) =>
        entry.type === "rental_charge" && entry.createdAt >= (query.get("from") ?? "") &&
        entry.createdAt < (query.get("to") ?? "9")
    );
    const nameOf = (
        /** @type {any} */ entry,
    ) => (by === "day"
        ? entry.createdAt.slice(0, 10)
        : by === "rental"
        ? entry.rentalId
        : world.pods.find((pod) => pod.id === entry.rentalId)?.familyId);
    const usage = [...Map.groupBy(charges, nameOf)].map(([key, own]) => ({
        key,
        chargedCents: -own.reduce((sum, entry) => sum + entry.amountCents, 0),
        seconds: own.reduce((sum, entry) => sum + entry.secondsBilled, 0),
    }));
    return {
        by,
        usage,
        totalCents: usage.reduce((sum, each) => sum + each.chargedCents, 0),
        from: query.get("from") ?? timeText(now - 30 * 86_400),
        to: query.get("to") ?? timeText(now),
    };
}

/** @param {{world: import("./world.js").World, now: number}} call */
function limits({ world, now }) {
    const month = timeText(now).slice(0, 7);
    const spent = world.wallet.entries.filter((entry) =>
        entry.type === "rental_charge" && entry.createdAt.startsWith(month)
    ).reduce((sum, entry) => sum - entry.amountCents, 0);
    const { burnPerHourCents, reservedCents, pendingCents } = world.balance(now);
    const next = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1));
    return {
        ...world.limits,
        operator: { maxBurnPerHourCents: null, maxSpendPerMonthCents: null, maxPods: 50 },
        current: {
            burnPerHourCents,
            spentThisMonthCents: spent + pendingCents,
            reservedCents,
            pods: world.pods.filter((pod) => pod.endedAt === null).length,
            monthEndsAt: timeText(next.getTime() / 1_000),
        },
    };
}

/** @param {Call} call */
function putLimits({ world, body, now }) {
    for (const name of ["maxBurnPerHourCents", "maxSpendPerMonthCents", "maxPods"]) {
        const value = body[name] ?? null;
        if (value !== null && !(Number.isInteger(value) && value >= 0)) {
            throw new Refused(400, "validation_failed", `${name} must be a whole number.`, {
                [name]: "must be a whole number",
            });
        }
    }
    for (const name of ["maxBurnPerHourCents", "maxSpendPerMonthCents", "maxPods"]) {
        world.limits[name] = body[name] ?? null;
    }
    world.limits.spendAlertsCents = body.spendAlertsCents ?? [];
    return limits({ world, now });
}

/** @param {Call} call */
function putAutoTopup({ world, body }) {
    const within = (/** @type {string} */ name, /** @type {number} */ least, /** @type {number} */ most) => {
        if (!(body[name] >= least && body[name] <= most)) {
            throw new Refused(400, "invalid_amount", `${name} must be from ${least} to ${most}.`, {
                [name]: `must be from ${least} to ${most}`,
            });
        }
    };
    within("thresholdCents", 100, 100_000);
    within("topupAmountCents", 1_000, 500_000);
    if (body.enabled !== true && body.enabled !== false) {
        throw new Refused(400, "validation_failed", "enabled is missing.", { enabled: "is missing" });
    }
    if (world.card.last4 === null) throw noCard();
    const { enabled, thresholdCents, topupAmountCents, monthlyCapCents = null } = body;
    Object.assign(world.autoTopup, { enabled, thresholdCents, topupAmountCents, monthlyCapCents });
    return world.autoTopup;
}

/** @param {Call} call */
const events = ({ world, query }) => {
    const all = world.pods.flatMap((pod) =>
        pod.events.map((event) => ({
            ...event,
            rentalId: pod.id,
            actor: event.type === "rental.launched" || event.type === "rental.stopping" ? "user" : "outlet",
            address: null,
            requestId: null,
        }))
    ).sort((one, other) => (one.at < other.at ? 1 : -1));
    const { page, nextCursor } = paged(all, query);
    return { events: page, nextCursor };
};

/** @param {string} text as many hexadecimal digits as a SHA-256 has */
function digest(text) {
    const roll = dice([...text].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0) | 0, 7));
    return Array.from({ length: 64 }, () => Math.floor(roll() * 16).toString(16)).join("");
}

/**
 * A root for each day on which something was posted.
 * @param {Call} call
 */
function seals({ world, now, query }) {
    const today = timeText(now).slice(0, 10);
    const days = [...new Set(world.wallet.entries.map((entry) => entry.createdAt.slice(0, 10)))];
    const all = days.map((day, index) => ({
        day,
        root: digest(day),
        seal: (days.length - index) * 24,
        sealedAt: day === today ? timeText(now) : `${day}T23:00:04Z`,
        final: day !== today,
    }));
    const { page, nextCursor } = paged(all, query);
    return { seals: page, nextCursor };
}

/** Nobody signs anything here. */
const webhook = () => {
    throw new Refused(400, "invalid_signature", "The signature does not fit this message.");
};

export const billingRoutes = [
    route("POST", "/v1/webhooks/stripe", webhook),
    route("GET", "/v1/billing/seals", seals),
    route("GET", "/v1/billing/balance", ({ world, now }) => world.balance(now)),
    route("GET", "/v1/billing/ledger", ledger),
    route("POST", "/v1/billing/checkout", checkout, ["amountCents", "useSavedCard"]),
    route("POST", "/v1/billing/setup-intent", saveCard),
    route("GET", "/v1/billing/card", ({ world }) => world.card),
    route("DELETE", "/v1/billing/card", deleteCard),
    route("GET", "/v1/billing/auto-topup", ({ world }) => world.autoTopup),
    route("PUT", "/v1/billing/auto-topup", putAutoTopup, [
        "enabled",
        "thresholdCents",
        "topupAmountCents",
        "monthlyCapCents",
    ]),
    route("GET", "/v1/billing/usage", usage),
    route(
        "GET",
        "/v1/billing/payments",
        ({ world, query }) => ({
            payments: paged(world.payments, query).page,
            nextCursor: paged(world.payments, query).nextCursor,
        }),
    ),
    route("GET", "/v1/billing/limits", limits),
    route("PUT", "/v1/billing/limits", putLimits, [
        "maxBurnPerHourCents",
        "maxSpendPerMonthCents",
        "maxPods",
        "spendAlertsCents",
    ]),
    route("GET", "/v1/events", events),
];
