// Buttons for accounts elsewhere, and what went wrong on the way back from one.

/** What happened, in the words of the person whom it happened to. */
const reasons = {
    oauth_unavailable: "That provider cannot be reached at the moment. Try again, or sign in another way.",
    oauth_no_email: "That account has no e-mail address that its provider has verified. Verify it there, then try again.",
    oauth_state_mismatch: "The sign-in took longer than ten minutes, or was begun in another browser. Try again.",
    oauth_failed: "The provider did not confirm the sign-in. Try again.",
    not_invited: "This outlet takes new accounts by invitation. Ask its operator for one.",
    account_closed: "This account is closed.",
};

/** The problem that the address names; it leaves the address, so that a reload does not tell it again. */
function takeProblem() {
    const query = new URLSearchParams(location.search);
    const code = query.get("reason") ?? query.get("error") ?? "";
    if (!query.has("error")) return "";
    history.replaceState(null, "", location.pathname + location.hash);
    return Object.hasOwn(reasons, code) ? reasons[/** @type {keyof reasons} */ (code)] : reasons.oauth_failed;
}

/** @param {{name: string, url: string}} provider */
function button(provider) {
    const link = document.createElement("a");
    link.className = "button second";
    link.href = provider.url;
    link.textContent = `Continue with ${provider.name}`;
    return link;
}

/** Fills `data-elsewhere` with a button for each provider, and `data-elsewhere-problem` with what went wrong. */
export async function offerAccountsElsewhere() {
    const problem = takeProblem();
    const problemPlace = document.querySelector("[data-elsewhere-problem]");
    if (problemPlace !== null && problem !== "") {
        problemPlace.textContent = problem;
        problemPlace.removeAttribute("hidden");
    }
    const place = document.querySelector("[data-elsewhere]");
    const reply = await fetch("/v1/auth/providers", { signal: AbortSignal.timeout(15_000) }).catch(() => null);
    if (place === null || reply === null || !reply.ok) return;
    /** @type {{providers: {id: string, name: string, url: string}[]}} */
    const { providers } = await reply.json();
    place.replaceChildren(...providers.map(button));
    place.toggleAttribute("hidden", providers.length === 0);
}
