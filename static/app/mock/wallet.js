// A wallet with the outlet's own rules: whole cents, the charge of the whole time, every movement a ledger line.
import { centsOf } from "../../js/format.js";
import { newID, optionalTime, timeText } from "./ids.js";

/** @typedef {{id: string, name: string | null, familyId: string, gpuCount: number, templateId: string, rate: number, state: string,
 *   askedAt: number, runsAt: number, runningAt: number | null, endedAt: number | null, goneAt: number | null, autoStopAt: number | null,
 *   stopReason: string | null, error: string | null, provider: string, region: string, port: number, billed: number, billedSeconds: number,
 *   hold: number, attempts: any[], events: any[], fails: boolean}} Pod */

export class Wallet {
    /** @param {() => number} roll */
    constructor(roll) {
        this.roll = roll;
        this.available = 0;
        this.reserved = 0;
        /** Newest first. @type {any[]} */
        this.entries = [];
    }

    /**
     * @param {string} type
     * @param {number} at
     * @param {number} available
     * @param {number} reserved
     * @param {object} [more]
     */
    post(type, at, available, reserved, more = {}) {
        this.available += available;
        this.reserved += reserved;
        this.entries.unshift({
            id: newID("led", at, this.roll),
            type,
            amountCents: available + reserved,
            createdAt: timeText(at),
            balanceAfterCents: this.available + this.reserved,
            availableAfterCents: this.available,
            reservedAfterCents: this.reserved,
            rentalId: null,
            secondsBilled: null,
            ratePerHourCents: null,
            periodStart: null,
            periodEnd: null,
            stripeChargeId: null,
            paymentId: null,
            note: null,
            seal: null,
            ...more,
        });
    }

    /** @param {Pod} pod @param {number} at */
    hold(pod, at) {
        pod.hold = pod.rate;
        this.post("hold", at, -pod.rate, pod.rate, { rentalId: pod.id });
    }

    /** What the pod has run up and the ledger does not have yet. @param {Pod} pod @param {number} now */
    pending(pod, now) {
        return centsOf(pod.rate, secondsOf(pod, now)) - pod.billed;
    }

    /** @param {Pod} pod @param {number} at */
    settle(pod, at) {
        const [due, seconds] = [this.pending(pod, at), secondsOf(pod, at)];
        if (seconds === pod.billedSeconds || pod.runningAt === null) return;
        const fromHold = Math.min(due, pod.hold);
        pod.hold -= fromHold;
        this.post("rental_charge", at, fromHold - due, -fromHold, {
            rentalId: pod.id,
            secondsBilled: seconds - pod.billedSeconds,
            ratePerHourCents: pod.rate,
            periodStart: timeText(pod.runningAt + pod.billedSeconds),
            periodEnd: optionalTime(pod.runningAt + seconds),
        });
        pod.billed += due;
        pod.billedSeconds = seconds;
    }

    /** What is left of its hold comes back. @param {Pod} pod @param {number} at */
    release(pod, at) {
        const left = pod.hold;
        if (left > 0) this.post("release", at, left, -left, { rentalId: pod.id });
        pod.hold = 0;
        return left;
    }
}

/** Billed seconds up to now or its end. @param {Pod} pod @param {number} now */
export const secondsOf = (
    pod,
    now,
) => (pod.runningAt === null ? 0 : Math.max(0, Math.floor((pod.endedAt ?? now) - pod.runningAt)));
