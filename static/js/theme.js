// Runs before the first paint: the reader's theme, else the system's. The choice lives in this browser only.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    let wish = root.dataset.theme || "auto";
    if (wish === "auto") try { wish = localStorage.getItem("theme") || "auto"; } catch { /* storage is closed: system */ }
    root.setAttribute("data-bs-theme", wish === "auto" ? (dark.matches ? "dark" : "light") : wish);
    root.dispatchEvent(new Event("theme"));
  };
  dark.addEventListener("change", apply);
  window.gfTheme = (wish) => { try { localStorage.setItem("theme", wish); } catch { /* for this page only */ } root.dataset.theme = wish; apply(); };
  apply();
})();
