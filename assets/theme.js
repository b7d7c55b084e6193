/* Dark or light, as this screen was last set. Dark where nothing was. */
(function () {
  "use strict";

  const root = document.documentElement;
  const held = localStorage.getItem("gangan-theme");
  if (held) root.dataset.theme = held;
  // Said here and not by :has(), which would look through the whole page at each change of it.
  root.dataset.page = location.pathname.split("/")[1] || "wall";
  document.addEventListener("click", ({ target }) => {
    if (!target.closest("button[data-theme]")) return;
    const theme = root.dataset.theme === "light" ? "dark" : "light";
    root.dataset.theme = theme;
    localStorage.setItem("gangan-theme", theme);
    document.dispatchEvent(new Event("themed"));
  });
})();
