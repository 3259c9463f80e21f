// Runs before the first paint: the reader's theme, else the system's. The choice lives in this browser only; a cookie
// tells the server, so that the next page comes painted right.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paper = matchMedia("print"); // on paper everything is dark on white, the colours of states too
  const apply = () => {
    if (paper.matches) { root.setAttribute("data-bs-theme", "light"); root.dispatchEvent(new Event("theme")); return; }
    let wish = root.dataset.theme || "auto";
    if (wish === "auto") try { wish = localStorage.getItem("theme") || "auto"; } catch { /* storage is closed: system */ }
    const wall = root.classList.contains("kiosk"); // a wallboard hangs in a room: dark unless somebody chose
    root.setAttribute("data-bs-theme", wish === "auto" ? (wall || dark.matches ? "dark" : "light") : wish);
    root.dispatchEvent(new Event("theme"));
  };
  dark.addEventListener("change", apply); paper.addEventListener("change", apply);
  window.gfTheme = (wish) => { try { localStorage.setItem("theme", wish); } catch { /* for this page only */ } document.cookie = `theme=${wish}; path=/; max-age=31536000; samesite=lax`; root.dataset.theme = wish; apply(); };
  apply();
})();
