// What is on offer in the mock: families, listings, templates.
import { newID, timeText } from "./ids.js";

/** id, model, name, GB of each, cheapest per GPU, interconnect */
export const families = /** @type {const} */ ([
    ["rtx-4090", "RTX_4090_24GB", "RTX 4090", 24, 39, "PCIe"],
    ["rtx-5090", "RTX_5090_32GB", "RTX 5090", 32, 69, "PCIe"],
    ["a100-80gb", "A100_SXM_80GB", "A100 80GB", 80, 129, "NVLink"],
    ["h100-80gb", "H100_SXM_80GB", "H100 80GB", 80, 239, "NVLink"],
    ["b200", "B200_180GB", "B200", 180, 449, "NVLink"],
    ["b300", "B300_288GB", "B300", 288, 590, "NVLink"],
]);
const places = /** @type {const} */ ([
    ["local", "Frankfurt", "DE", 1],
    ["vast", "US-East", "US", 1.05],
    ["runpod", "Netherlands", "NL", 1.12],
    ["lambda", "Japan", "JP", 1.2],
    ["vast", "US-West", "US", 1.08],
]);

export const templates = [
    ["ubuntu-24-04", "Ubuntu 24.04", "A plain machine with the usual tools.", "ubuntu:24.04", [22]],
    ["pytorch", "PyTorch", "PyTorch with CUDA and a notebook.", "pytorch/pytorch", [22, 8888]],
    ["vllm", "vLLM", "An OpenAI-compatible server for models.", "vllm/vllm-openai", [22, 8000]],
    ["ollama", "Ollama", "Models for one user, by name.", "ollama/ollama", [22, 11434]],
    ["a1111", "Stable Diffusion", "Pictures from text, in a browser.", "a1111", [22, 7860]],
    ["text-gen-webui", "Text generation", "Chat with models, in a browser.", "text-generation-webui", [
        22,
        7860,
    ]],
].map(([id, name, description, image, ports]) => ({ id, name, description, image, ports }));

/**
 * Listings, cheapest first.
 * @param {number} now seconds since 1970
 * @param {() => number} roll
 */
export function offers(now, roll) {
    const all = families.flatMap(([family, model, , vramGb, price, interconnect]) =>
        places.flatMap(([providerCode, region, regionCode, factor], index) => {
            if (index > 0 && roll() < 0.3) return [];
            const gpuCount = index === 0 ? 1 : [1, 1, 2, 4, 8][Math.floor(roll() * 5)] ?? 1;
            return [{
                id: newID("lst", now - 86_400, roll),
                model,
                family,
                vramGb,
                gpuCount,
                pricePerHourCents: Math.ceil(price * factor * gpuCount),
                providerCode,
                region,
                regionCode,
                interconnect: gpuCount === 1 ? null : interconnect,
                availability: roll() < 0.9 ? "available" : "unknown",
                reliability: roll() < 0.2 ? null : Math.round(960 + roll() * 40) / 1_000,
                note: null,
                observedAt: timeText(now),
            }];
        })
    );
    return all.sort((one, other) =>
        one.pricePerHourCents - other.pricePerHourCents || (one.id < other.id ? -1 : 1)
    );
}

/** @param {any[]} listings */
export function summaries(listings) {
    return families.map(([id, model, name, vramGb]) => {
        const own = listings.filter((listing) => listing.family === id);
        return {
            id,
            model,
            name,
            vramGb,
            fromPricePerHourCents: own[0]?.pricePerHourCents ?? null,
            listingCount: own.length,
        };
    });
}

/**
 * What each family would have cost: today's prices, which moved a little from day to day.
 * @param {any[]} listings
 * @param {string | null} wanted
 * @param {number} days
 * @param {number} now seconds since 1970
 */
export function priceHistory(listings, wanted, days, now) {
    const today = Math.floor(now / 86_400);
    const ids = families.map(([id]) => id).filter((id) => wanted === null || id === wanted).sort();
    return ids.flatMap((familyId) => {
        const prices = listings.filter((listing) => listing.family === familyId)
            .map((listing) => Math.ceil(listing.pricePerHourCents / listing.gpuCount))
            .sort((one, other) => one - other);
        const [least] = prices;
        if (least === undefined) return [];
        const middle = prices[Math.floor((prices.length - 1) / 2)] ?? least;
        return [{
            familyId,
            days: Array.from({ length: days }, (_, index) => {
                const day = today - days + 1 + index;
                const swing = 1 + 0.06 * Math.sin(day / 3 + least);
                return {
                    date: timeText(day * 86_400).slice(0, 10),
                    minPricePerGpuHourCents: Math.ceil(least * swing),
                    medianPricePerGpuHourCents: Math.ceil(middle * swing),
                    listingCount: prices.length,
                    hoursAvailable: index === days - 1 ? Math.floor(now % 86_400 / 3_600) + 1 : 24 - day % 5,
                };
            }),
        }];
    });
}
