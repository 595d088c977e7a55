// What the mock outlet has: offers, one renter, and pods that start, run, cost and end by the clock.
import { live } from "./history.js";
import { dice, newID, optionalTime, timeText } from "./ids.js";
import { offers } from "./offers.js";
import { secondsOf, Wallet } from "./wallet.js";

/** @typedef {import("./wallet.js").Pod} Pod */

export const start = 6; // Seconds that a pod takes to run, and
const end = 2; // to be gone.

export class World {
    /** @param {string} scenario @param {() => number} clock seconds since 1970 @param {number} seed */
    constructor(scenario, clock, seed) {
        this.scenario = scenario;
        this.clock = clock;
        this.roll = dice(seed);
        const now = Math.floor(clock());
        this.madeAt = now;
        this.wallet = new Wallet(this.roll);
        /** Newest first. @type {Pod[]} */
        this.pods = [];
        this.user = {
            id: newID("usr", now - 90 * 86_400, this.roll),
            email: "ada@example.org",
            createdAt: timeText(now - 90 * 86_400),
        };
        this.listings = scenario === "sold-out" ? [] : offers(now, this.roll);
        /** @type {any[]} */
        this.keys = scenario === "empty" ? [] : [
            {
                id: newID("key", now - 8 * 86_400, this.roll),
                name: "ada@laptop",
                fingerprint: "SHA256:6hXq0yq0mFv7d3C4wE9sB2kR8uN5tLzPjYcA1oQvT0w",
                algorithm: "ssh-ed25519",
                createdAt: timeText(now - 8 * 86_400),
            },
            {
                id: newID("key", now - 60 * 86_400, this.roll),
                name: "workstation",
                fingerprint: "SHA256:Zk3V9cTn1LxW7pRb5dHfYq8mJ0sGeA2uIoKtC4vN6Bw",
                algorithm: "ssh-rsa",
                createdAt: timeText(now - 60 * 86_400),
            },
        ];
        this.session = {
            id: newID("ses", now - 2 * 86_400, this.roll),
            createdAt: timeText(now - 2 * 86_400),
            lastSeenAt: timeText(now),
            expiresAt: timeText(now + 30 * 86_400),
            userAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0",
            address: "127.0.0.1",
            current: true,
        };
        this.sessions = [this.session, {
            ...this.session,
            id: newID("ses", now - 9 * 86_400, this.roll),
            createdAt: timeText(now - 9 * 86_400),
            lastSeenAt: timeText(now - 86_400),
            userAgent: "Mozilla/5.0 (iPhone) Safari/605",
            address: "192.0.2.7",
            current: false,
        }, {
            ...this.session,
            id: newID("ses", now - 20 * 86_400, this.roll),
            createdAt: timeText(now - 20 * 86_400),
            lastSeenAt: timeText(now - 3 * 86_400),
            userAgent: null,
            address: null,
            current: false,
        }];
        /** @type {any[]} */
        this.tokens = scenario === "empty" ? [] : [{
            id: newID("tok", now - 30 * 86_400, this.roll),
            name: "nightly training",
            scopes: ["read", "rent"],
            createdAt: timeText(now - 30 * 86_400),
            lastUsedAt: timeText(now - 40_000),
            lastUsedFrom: "203.0.113.7",
            expiresAt: timeText(now + 60 * 86_400),
        }];
        /** @type {any} */
        this.card = { brand: null, last4: null, expMonth: null, expYear: null, pmId: null, testMode: true };
        this.autoTopup = {
            enabled: false,
            thresholdCents: 500,
            topupAmountCents: 2_000,
            monthlyCapCents: null,
            lastAttempt: null,
        };
        /** @type {any} */
        this.limits = {
            maxBurnPerHourCents: null,
            maxSpendPerMonthCents: null,
            maxPods: null,
            spendAlertsCents: [],
        };
        /** @type {any[]} */
        this.payments = [];
        this.isSignedIn = scenario !== "signed-out";
        live(this, now);
    }

    /**
     * @param {{familyId: string, gpuCount: number, name?: string | null, templateId?: string, autoStopAfterHours?: number, providerCode?: string, region?: string}}
     *   wish
     * @param {number} at
     * @param {number} rate
     */
    launch(wish, at, rate) {
        this.advance(at); // What was due before it is posted before it.
        const listing = this.listings.find((each) => each.family === wish.familyId);
        /** @type {Pod} */
        const pod = {
            id: newID("rent", at, this.roll),
            name: wish.name ?? null,
            familyId: wish.familyId,
            gpuCount: wish.gpuCount,
            templateId: wish.templateId ?? "ubuntu-24-04",
            rate,
            state: "provisioning",
            askedAt: at,
            runsAt: at + start,
            runningAt: null,
            endedAt: null,
            goneAt: null,
            autoStopAt: wish.autoStopAfterHours ? at + Math.round(wish.autoStopAfterHours * 3_600) : null,
            stopReason: null,
            error: null,
            provider: wish.providerCode ?? listing?.providerCode ?? "local",
            region: listing?.region ?? "Frankfurt",
            port: 22_000 + Math.floor(this.roll() * 900),
            billed: 0,
            billedSeconds: 0,
            hold: 0,
            fails: false,
            events: [],
            attempts: [{
                listingId: listing?.id ?? newID("lst", at, this.roll),
                providerCode: wish.providerCode ?? listing?.providerCode ?? "local",
                pricePerHourCents: rate,
                outcome: "pending",
                error: null,
                startedAt: timeText(at + 1),
                endedAt: null,
            }],
        };
        this.wallet.hold(pod, at);
        this.pods.unshift(pod);
        this.tell(pod, at, "rental.launched", `Launched ${wish.gpuCount} × ${wish.familyId}.`);
        return pod;
    }

    /** @param {Pod} pod @param {number} at @param {string} type @param {string} message */
    tell(pod, at, type, message) {
        pod.events.push({ id: newID("evt", at, this.roll), type, at: timeText(at), message });
    }

    /** @param {Pod} pod @param {number} at @param {string} reason */
    stop(pod, at, reason) {
        if (pod.runningAt !== null) this.wallet.settle(pod, at);
        const refundedCents = this.wallet.release(pod, at);
        Object.assign(pod, { state: "stopping", endedAt: at, goneAt: at + end, stopReason: reason });
        this.tell(
            pod,
            at,
            "rental.stopping",
            reason === "user" ? "You asked to stop it." : "The outlet ended it.",
        );
        return { id: pod.id, status: "stopping", finalChargedCents: pod.billed, refundedCents };
    }

    /** Lets happen what the clock says. @param {number} now */
    advance(now) {
        for (const pod of this.pods) {
            if (pod.state === "provisioning" && now >= pod.runsAt) this.begin(pod);
            if (pod.state === "running") {
                for (
                    let next = (pod.runningAt ?? 0) + pod.billedSeconds + 3_600;
                    next <= now;
                    next += 3_600
                ) this.wallet.settle(pod, next);
                if (pod.autoStopAt !== null && now >= pod.autoStopAt) {
                    this.stop(pod, pod.autoStopAt, "auto_stop");
                } else if (this.wallet.available + pod.hold < this.wallet.pending(pod, now)) {
                    this.stop(pod, now, "wallet_empty");
                }
            }
            if (pod.state === "stopping" && now >= (pod.goneAt ?? 0)) {
                pod.state = "stopped";
                this.tell(pod, pod.goneAt ?? now, "rental.stopped", "The pod is gone.");
            }
        }
    }

    /** @param {Pod} pod */
    begin(pod) {
        const at = pod.runsAt;
        const [attempt] = pod.attempts;
        attempt.endedAt = timeText(at - 2);
        if (pod.fails) {
            Object.assign(attempt, { outcome: "refused", error: "no capacity left for this offer" });
            Object.assign(pod, {
                state: "failed",
                endedAt: at,
                stopReason: "provision_failed",
                error: "no capacity left for this offer",
            });
            this.wallet.release(pod, at);
            return this.tell(pod, at, "rental.failed", "It could not be started.");
        }
        attempt.outcome = "created";
        Object.assign(pod, { state: "running", runningAt: at });
        this.tell(pod, at, "rental.running", "SSH answers. Billing begins.");
    }

    /** Live figures, as the balance shows them. @param {number} now */
    balance(now) {
        const running = this.pods.filter((pod) => pod.state === "running");
        const sum = (/** @type {(pod: Pod) => number} */ of) =>
            running.reduce((total, pod) => total + of(pod), 0);
        const due = (/** @type {Pod} */ pod) => this.wallet.pending(pod, now);
        const fromHolds = sum((pod) => Math.min(due(pod), pod.hold));
        const [availableCents, reservedCents] = [
            this.wallet.available - sum(due) + fromHolds,
            this.wallet.reserved - fromHolds,
        ];
        const burn = sum((pod) => pod.rate);
        const left = availableCents + sum((pod) => Math.max(0, pod.hold - due(pod)));
        return {
            availableCents,
            reservedCents,
            totalCents: availableCents + reservedCents,
            pendingCents: sum(due),
            owedCents: 0,
            burnPerHourCents: burn,
            runwaySeconds: burn === 0 ? null : Math.floor((left * 3_600) / burn),
            updatedAt: timeText(now),
        };
    }

    /** @param {Pod} pod @param {number} now */
    rental(pod, now) {
        const isUp = pod.state === "running";
        return {
            id: pod.id,
            name: pod.name,
            status: pod.state,
            familyId: pod.familyId,
            gpuCount: pod.gpuCount,
            pricePerHourCents: pod.rate,
            host: isUp ? "127.0.0.1" : null,
            port: isUp ? pod.port : null,
            region: pod.region,
            startedAt: timeText(pod.askedAt),
            stoppedAt: optionalTime(pod.endedAt),
            totalChargedCents: pod.billed + (isUp ? this.wallet.pending(pod, now) : 0),
            runningSince: optionalTime(pod.runningAt),
            autoStopAt: optionalTime(pod.autoStopAt),
            templateId: pod.templateId,
            provider: pod.provider,
            error: pod.error,
            stopReason: pod.stopReason,
            sshCommand: isUp ? `ssh -p ${pod.port} user@127.0.0.1` : null,
            hostKeyFingerprint: pod.runningAt === null
                ? null
                : "SHA256:jV6p4mX2kqf0cE0mB6bqyTn1o9w0d6mQbTg3cD5Zl9A",
        };
    }

    /** @param {Pod} pod @param {number} now */
    meter(pod, now) {
        const seconds = secondsOf(pod, now);
        const due = this.wallet.pending(pod, now);
        const { runwaySeconds } = this.balance(now);
        const isUp = pod.state === "running";
        return {
            rentalId: pod.id,
            ratePerHour: pod.rate / 100,
            secondsBilled: seconds,
            currentChargeCents: pod.billed + due,
            lastHeartbeatAt: pod.runningAt === null ? null : timeText(Math.min(now, pod.endedAt ?? now)),
            heldCents: Math.max(0, pod.hold - due),
            settledCents: pod.billed,
            exhaustsAt: isUp && runwaySeconds !== null ? timeText(now + runwaySeconds) : null,
        };
    }
}
