// Applies the visitor's own choice of light or dark before anything is drawn. Loaded by a plain <script> in <head>.
try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
    // Storage may be forbidden; then the system decides.
}
