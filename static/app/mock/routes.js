// The route table of the mock: the whole of /v1, each call with the fields it takes and what it does.
import { about } from "../../js/format.js";
import { billingRoutes } from "./billing.js";
import { Refused, Text } from "./replies.js";
import { identityRoutes } from "./identity.js";
import { paged, route, text } from "./routing.js";
import { priceHistory, summaries, templates } from "./offers.js";

/** @typedef {import("./world.js").World} World */
/** @typedef {import("./routing.js").Call} Call */
/** @typedef {import("./routing.js").Route} Route */

/** @param {Call} call */
function pod({ world, id }) {
    const found = world.pods.find((each) => each.id === id);
    if (found === undefined) throw new Refused(404, "rental_not_found", "There is no such rental.");
    return found;
}

const launchFields = [
    "familyId",
    "gpuCount",
    "templateId",
    "region",
    "name",
    "autoStopAfterHours",
    "maxPricePerHourCents",
    "providerCode",
    "env",
    "startupScript",
];

/** The cheapest listing that fits, or the refusal. @param {Call} call */
function matched({ world, body }) {
    text(body, "familyId", 64);
    if (![1, 2, 4, 8].includes(body.gpuCount)) {
        throw new Refused(400, "invalid_count", "gpuCount must be 1, 2, 4 or 8.", {
            gpuCount: "must be 1, 2, 4 or 8",
        });
    }
    const family = world.listings.filter((listing) => listing.family === body.familyId);
    const fits = family.filter((listing) =>
        listing.gpuCount === body.gpuCount && inRegion(listing, body.region) &&
        (body.providerCode ?? listing.providerCode) === listing.providerCode
    );
    const [cheapest] = fits;
    if (cheapest === undefined) {
        throw new Refused(400, "model_unavailable", "Nothing that matches is free now.", {
            nearest: family.slice(0, 3),
        });
    }
    if (world.scenario === "price-changed" && body.maxPricePerHourCents !== undefined) {
        throw new Refused(409, "price_changed", "The cheapest match now costs more than your limit.", {
            pricePerHourCents: cheapest.pricePerHourCents + 20,
        });
    }
    if (body.maxPricePerHourCents < cheapest.pricePerHourCents) {
        throw new Refused(409, "price_changed", "The cheapest match now costs more than your limit.", {
            pricePerHourCents: cheapest.pricePerHourCents,
        });
    }
    return { cheapest, alternatives: fits.slice(1, 4) };
}

const areas = /** @type {Record<string, string[]>} */ ({ us: ["US"], eu: ["DE", "NL"], apac: ["JP"] });
/** @param {any} listing @param {string | undefined | null} region */
const inRegion = (listing, region) =>
    !region || listing.regionCode === region || (areas[region] ?? []).includes(listing.regionCode);

/** The limit of the renter's own that a launch would pass. @param {Call} call @param {number} rate */
function breach({ world, now }, rate) {
    const own = world.limits;
    const { burnPerHourCents } = world.balance(now);
    const pods = world.pods.filter((each) => each.endedAt === null).length;
    if (own.maxPods !== null && pods + 1 > own.maxPods) {
        return { limit: "maxPods", setBy: "renter", maximum: own.maxPods, current: pods, requested: 1 };
    }
    const isOver = own.maxBurnPerHourCents !== null && burnPerHourCents + rate > own.maxBurnPerHourCents;
    return isOver
        ? {
            limit: "maxBurnPerHourCents",
            setBy: "renter",
            maximum: own.maxBurnPerHourCents,
            current: burnPerHourCents,
            requested: rate,
        }
        : null;
}

/** @param {Call} call */
function preview(call) {
    const { cheapest, alternatives } = matched(call);
    const { availableCents, burnPerHourCents, reservedCents } = call.world.balance(call.now);
    const burn = burnPerHourCents + cheapest.pricePerHourCents;
    return {
        pricePerHourCents: cheapest.pricePerHourCents,
        estimatedProvisionSeconds: 40,
        limitExceeded: breach(call, cheapest.pricePerHourCents),
        availableCents,
        runwaySeconds: Math.floor(((availableCents + reservedCents) * 3_600) / burn),
        alternatives,
        matchedListing: {
            id: cheapest.id,
            providerCode: cheapest.providerCode,
            region: cheapest.region,
            model: cheapest.model,
        },
    };
}

/** @param {Call} call */
function launch(call) {
    const { world, body, now } = call;
    if (world.keys.length === 0) {
        throw new Refused(400, "validation_failed", "Add an SSH key first: a pod needs one to let you in.", {
            sshKeys: "at least one is needed",
        });
    }
    const { cheapest } = matched(call);
    const { availableCents } = world.balance(now);
    const required = cheapest.pricePerHourCents;
    if (availableCents < required) {
        throw new Refused(403, "insufficient_balance", "Less is available than one hour costs.", {
            requiredCents: required,
            availableCents,
        });
    }
    const over = breach(call, required);
    if (over !== null) throw new Refused(403, "limit_exceeded", "This launch would pass a limit.", over);
    for (const each of world.pods.filter((other) => other.state === "running")) {
        world.wallet.settle(each, now);
    }
    const made = world.launch({ ...body, providerCode: cheapest.providerCode }, now, required);
    made.fails = world.scenario === "failed-pod";
    return { ...world.rental(made, now), attempts: made.attempts };
}

/** @param {Call} call */
function stop(call) {
    const found = pod(call);
    if (found.state !== "running" && found.state !== "provisioning") {
        throw new Refused(409, "already_stopped", "It is stopped already.");
    }
    return call.world.stop(found, call.now, "user");
}

/** @param {Call} call */
function listings({ world, query }) {
    const limit = (/** @type {string} */ name, /** @type {number} */ otherwise) =>
        Number(query.get(name) ?? otherwise);
    const found = world.listings.filter((listing) =>
        listing.model.toUpperCase().startsWith((query.get("model") ?? "").toUpperCase()) &&
        (query.get("family") ?? listing.family) === listing.family &&
        listing.vramGb >= limit("minVramGb", 0) && limit("gpuCount", listing.gpuCount) === listing.gpuCount &&
        inRegion(listing, query.get("region")) &&
        (query.get("provider") ?? listing.providerCode) === listing.providerCode &&
        listing.pricePerHourCents <= limit("maxPricePerHourCents", Infinity)
    );
    const { page, nextCursor } = paged(found, query);
    return { listings: page, nextCursor, observedAt: world.listings[0]?.observedAt ?? null };
}

/** @param {Call} call */
function facets({ world }) {
    const counts = (/** @type {string} */ name) =>
        [...Map.groupBy(world.listings, (listing) => /** @type {any} */ (listing)[name])].map((
            [code, own],
        ) => ({ code, count: own.length }));
    const prices = world.listings.map((listing) => listing.pricePerHourCents);
    return {
        models: counts("model"),
        regions: counts("regionCode"),
        providers: counts("providerCode"),
        priceRange: prices.length === 0
            ? { minCents: null, maxCents: null }
            : { minCents: Math.min(...prices), maxCents: Math.max(...prices) },
    };
}

/** @param {Call} call */
function rentals({ world, query, now }) {
    const status = query.get("status");
    const states = status === "in_progress" ? ["provisioning", "stopping"] : [status];
    const { page, nextCursor } = paged(
        status === null ? world.pods : world.pods.filter((each) => states.includes(each.state)),
        query,
    );
    return { rentals: page.map((each) => world.rental(each, now)), nextCursor };
}

/** @param {Call} call */
const log = (call) =>
    new Text(
        pod(call).runningAt === null
            ? ""
            : `pulling ${pod(call).templateId} …\npulled in ${about(4)}\nsshd: listening\n`,
        "text/plain; charset=utf-8",
    );

/** @type {Route[]} */
export const routes = [
    ...identityRoutes,
    route("GET", "/v1/catalog/listings", listings),
    route("GET", "/v1/catalog/facets", facets),
    route("GET", "/v1/catalog/families", ({ world }) => summaries(world.listings)),
    route("GET", "/v1/catalog/templates", () => templates),
    route("GET", "/v1/catalog/price-history", ({ world, query, now }) => ({
        families: priceHistory(world.listings, query.get("family"), Number(query.get("days") ?? 30), now),
    })),
    route("POST", "/v1/rentals/preview", preview, launchFields),
    route("GET", "/v1/rentals", rentals),
    route("POST", "/v1/rentals", launch, launchFields),
    route(
        "GET",
        "/v1/rentals/{id}",
        (call) => ({ ...call.world.rental(pod(call), call.now), attempts: pod(call).attempts }),
    ),
    route("GET", "/v1/rentals/{id}/meter", (call) => call.world.meter(pod(call), call.now)),
    route("GET", "/v1/rentals/{id}/events", (call) => ({ events: pod(call).events })),
    route("GET", "/v1/rentals/{id}/log", log),
    route("POST", "/v1/rentals/{id}/stop", stop),
    ...billingRoutes,
    route("GET", "/healthz", () => ({ status: "ok", meterAgeSeconds: 0 })),
    route("GET", "/metrics", () => new Text("# HELP outlet_rentals Rentals by state.\n", "text/plain")),
];
