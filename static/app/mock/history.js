// What happened in the mock outlet before the page was opened.
import { payment } from "./billing.js";
import { families } from "./offers.js";
import { newID } from "./ids.js";
import { start } from "./world.js";

/** @typedef {import("./world.js").World} World */

/**
 * Three weeks of use, then what the scenario is about.
 * @param {World} world
 * @param {number} now seconds since 1970
 */
export function live(world, now) {
    if (world.scenario === "empty") return;
    const topUp = (/** @type {number} */ cents, /** @type {number} */ at) => {
        const id = newID("pay", at, world.roll);
        world.wallet.post("stripe_topup", at, cents, 0, { paymentId: id });
        world.payments.unshift(payment(id, "checkout", cents, at));
    };
    topUp(world.scenario === "500-pods" ? 5_000_000 : 12_000, now - 23 * 86_400);
    const names = ["fine-tune", "eval", null, "embeddings", "whisper-batch", null, "render"];
    for (let day = 20; day > 0; day -= 1) {
        if (world.roll() < 0.3) continue;
        const at = now - day * 86_400 + Math.floor(world.roll() * 20_000);
        if (world.wallet.available < 2_500) topUp(5_000, at - 600);
        const [family, , , , price] = families[Math.floor(world.roll() * 4)] ?? families[0];
        const pod = world.launch(
            { familyId: family, gpuCount: 1, name: names[day % names.length] ?? null },
            at,
            price,
        );
        if (day % 9 === 4) pod.fails = true;
        world.advance(at + 60);
        const stopAt = at + 900 + Math.floor(world.roll() * 16_000);
        world.advance(stopAt);
        if (pod.state === "running") world.stop(pod, stopAt, "user");
        world.advance(stopAt + 60);
    }
    present(world, now);
}

/**
 * @param {World} world
 * @param {number} now
 */
function present(world, now) {
    const run = (
        /** @type {string} */ familyId,
        /** @type {string | null} */ name,
        /** @type {number} */ since,
        /** @type {number} */ rate,
        count = 1,
    ) => {
        const pod = world.launch({ familyId, gpuCount: count, name }, now - since, rate);
        world.advance(now - since + start + 1);
        return pod;
    };
    if (world.wallet.available < 4_000) {
        world.wallet.post("adjustment", now - 90_000, 6_000, 0, { note: "credit for feedback" });
    }
    if (world.scenario === "500-pods") {
        for (let number = 500; number > 3; number -= 1) {
            run("rtx-4090", `worker-${number}`, 3_600 + number, 39);
        }
    } else if (world.scenario === "failed-pod") {
        world.launch({ familyId: "b200", gpuCount: 1, name: "big one" }, now - 300, 449).fails = true;
    }
    run("h100-80gb", "training", 4_830, 280);
    run("rtx-4090", "notebook", 640, 45).autoStopAt = now + 6_000;
    world.advance(now);
    if (world.scenario === "broke") {
        world.wallet.post("adjustment", now, 180 - world.wallet.available, 0, {
            note: "so that little is left",
        });
    }
}
