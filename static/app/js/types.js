// The shapes of /v1 that the dashboard reads, for the type checker. Never loaded by a page.

/** @typedef {"provisioning" | "running" | "stopping" | "stopped" | "failed"} Status */
/** @typedef {{id: string, name: string | null, status: Status, familyId: string, gpuCount: number,
 *   pricePerHourCents: number, host: string | null, port: number | null, region: string | null, startedAt: string,
 *   stoppedAt: string | null, totalChargedCents: number, runningSince: string | null, autoStopAt: string | null,
 *   templateId: string, provider: string | null, error: string | null, stopReason: string | null,
 *   sshCommand: string | null, hostKeyFingerprint: string | null, attempts?: Attempt[]}} Rental */
/** @typedef {{listingId: string, providerCode: string, pricePerHourCents: number, outcome: string,
 *   error: string | null, startedAt: string, endedAt: string | null}} Attempt */
/** @typedef {{rentals: Rental[], nextCursor: string | null}} RentalPage */
/** @typedef {{rentalId: string, ratePerHour: number, secondsBilled: number, currentChargeCents: number,
 *   lastHeartbeatAt: string | null, heldCents: number, settledCents: number, exhaustsAt: string | null}} Meter */
/** @typedef {{availableCents: number, reservedCents: number, totalCents: number, pendingCents: number,
 *   burnPerHourCents: number, runwaySeconds: number | null, updatedAt: string}} Balance */
/** @typedef {{id: string, type: string, amountCents: number, createdAt: string, balanceAfterCents: number,
 *   availableAfterCents: number, reservedAfterCents: number, rentalId?: string | null, secondsBilled?: number | null,
 *   ratePerHourCents?: number | null, periodStart?: string | null, periodEnd?: string | null,
 *   paymentId?: string | null, note?: string | null}} LedgerEntry */
/** @typedef {{id: string, model: string, family: string, vramGb: number, gpuCount: number, pricePerHourCents: number,
 *   providerCode: string, region: string, regionCode: string, interconnect: string | null, availability: string,
 *   reliability: number | null, note?: string | null, observedAt: string}} Listing */
/** @typedef {{id: string, model: string, name: string, vramGb: number, fromPricePerHourCents: number | null,
 *   listingCount: number}} Family */
/** @typedef {{id: string, name: string, description: string, image: string, ports: number[]}} Template */
/** @typedef {{pricePerHourCents: number, estimatedProvisionSeconds: number, availableCents: number,
 *   matchedListing: {id: string, providerCode: string, region: string, model: string}, runwaySeconds: number | null,
 *   alternatives: Listing[], limitExceeded?: LimitBreach | null}} Preview */
/**
 * @typedef {{limit: string, setBy: string, maximum: number, current: number, requested: number}} LimitBreach
 */
/** @typedef {{id: string, name: string, fingerprint: string, algorithm: string, createdAt: string}} SSHKey */
/** @typedef {{user: {id: string, email: string, createdAt: string}, expiresAt: string}} Me */

/** What is known of one path of the API: its last good value, and what went wrong since.
 * @typedef {{value: any, error: Error | null, loading: boolean, at: number}} Resource */
/** @typedef {{name: string, id: string, query: URLSearchParams, path: string}} Route */
/** @typedef {{route: Route, data: Record<string, Resource>, forms: Record<string, Record<string, string>>,
 *   busy: Record<string, boolean>, problems: Record<string, Error>, signedOut: boolean, unreachable: boolean,
 *   picked: Record<string, boolean>, secrets: Record<string, string>, preview: PreviewState, mock: string | null,
 *   shortcuts: boolean, theme: string}} State */
/** @typedef {{for: string, value: Preview | null, error: Error | null, loading: boolean}} PreviewState */

/** What an action of a page may use.
 * @typedef {{state: State, render: () => void, load: (path: string) => Promise<void>, go: (path: string) => void,
 *   announce: (text: string) => void, ask: (question: Question) => Promise<boolean>}} Context */
/**
 * @typedef {{title: string, body: import("./lib/html.js").Safe, confirm: string, danger?: boolean, typed?: string}}
 *   Question
 */
/** @typedef {(context: Context, element: HTMLElement) => void | Promise<void>} Action */
/** @typedef {{title: (state: State) => string, paths: (state: State) => string[], view: (state: State) => import("./lib/html.js").Safe,
 *   actions: Record<string, Action>, changed?: (context: Context, form: string, field: string) => void,
 *   entered?: (context: Context) => void, quick?: (state: State) => string[]}} Page */
export {};
