// The mock answers in the place of an outlet when the address (?mock=SCENARIO) or the site build says so. Loaded only then.

/** The scenario that is played, else null: a live site does not carry the mock. */
export async function useMock() {
    const asked = new URL(location.href).searchParams.get("mock");
    const scenario = asked ?? document.querySelector("meta[name=mock]")?.getAttribute("content") ?? "";
    try {
        const { install } = await import("../app/mock/shim.js");
        install(scenario);
        return scenario;
    } catch {
        console.warn("This site carries no mock.");
        return null;
    }
}
