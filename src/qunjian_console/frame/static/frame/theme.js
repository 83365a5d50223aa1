// Runs before the first paint: where the reader left it to the system, the system's colour scheme is taken.
(() => {
  const root = document.documentElement;
  if (root.dataset.theme !== "auto") return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => (dark.matches ? root.setAttribute("data-bs-theme", "dark") : root.removeAttribute("data-bs-theme"));
  dark.addEventListener("change", apply);
  apply();
})();
