// The mock answers in the place of an outlet when the address (?mock=SCENARIO) or the site build says so.

/** The scenario that is played, else null. A live site does not carry the mock. */
export async function useMock() {
    const asked = new URL(location.href).searchParams.get("mock");
    const built = document.querySelector("meta[name=mock]")?.getAttribute("content");
    const scenario = asked ?? remembered() ?? built ?? null;
    if (scenario === null) return null;
    try {
        const { install } = await import("../app/mock/shim.js");
        install(scenario);
        remember(scenario);
        return scenario;
    } catch {
        console.warn("This site carries no mock.");
        return null;
    }
}

const remembered = () => {
    try {
        return sessionStorage.getItem("mock");
    } catch {
        return null;
    }
};

/** For this tab, so that links need not carry it. @param {string} scenario */
function remember(scenario) {
    try {
        sessionStorage.setItem("mock", scenario);
    } catch {
        // Storage may be forbidden; then only the address and the site build count.
    }
}
