/* Which panels stand where: the layout of config/wall.yaml that suits the screen's shape and how
   grave things are; where it has several pages, one after another. */
(function () {
  "use strict";

  const GRAVITY = { none: 0, unknown: 0, watch: 1, blue: 2, yellow: 3, orange: 4, red: 5 };
  const state = (window.gangan = Object.assign(window.gangan || {}, { page: null, isHeld: false }));
  let layouts = null;
  let chosen = null;
  let number = 0;
  let turnAt = 0;

  function shape() {
    const ratio = innerWidth / innerHeight;
    if (ratio < 1) return "portrait";
    return ratio >= 2.4 ? "ultrawide" : "wide";
  }

  function suited() {
    const status = document.querySelector("#wall-status [data-gravest]");
    const gravity = GRAVITY[status ? status.dataset.gravest : "none"];
    const fits = layouts.filter((layout) => layout.gravity <= gravity);
    const alike = fits.filter((layout) => layout.shape === shape());
    const pool = alike.length ? alike : fits.filter((layout) => layout.shape === "wide");
    return pool.reduce((a, b) => (b.gravity > a.gravity ? b : a));
  }

  function show() {
    const page = chosen.pages[number % chosen.pages.length];
    const grid = document.querySelector(".wall > .panels");
    grid.style.gridTemplateAreas = page.areas;
    grid.style.gridTemplateColumns = page.columns;
    grid.style.gridTemplateRows = page.rows;
    for (const panel of grid.children) {
      panel.hidden = !page.panels.includes(panel.dataset.panel);
      panel.style.gridArea = panel.dataset.panel;
    }
    state.page = page;
    turnAt = performance.now() + 1000 * page.dwell;
    const count = chosen.pages.length;
    const sign = document.getElementById("wall-page");
    if (sign) sign.textContent = count > 1 ? `${(number % count) + 1} / ${count}` : "";
    // Figures and the map measure themselves when the window changes; so they do now.
    requestAnimationFrame(() => window.dispatchEvent(new Event("resize")));
  }

  function look() {
    const wall = document.querySelector("main.wall");
    if (!wall || !wall.querySelector(".panels")) return;
    layouts = layouts || JSON.parse(wall.dataset.layouts);
    const best = suited();
    const isDue = performance.now() >= turnAt && chosen && chosen.pages.length > 1 && !state.isHeld;
    if (best === chosen && !isDue) return;
    number = best === chosen ? number + 1 : 0;
    chosen = best;
    show();
  }

  function scale() {
    const px = parseFloat(getComputedStyle(document.documentElement).fontSize);
    document.documentElement.style.setProperty("--scale", px / 16);
  }

  document.addEventListener("remote", ({ detail }) => {
    if (detail.do !== "page" || !chosen) return;
    number += 1;
    show();
  });
  addEventListener("resize", scale);
  addEventListener("keydown", ({ key, target }) => {
    if (!chosen || target.closest("input, textarea, select")) return;
    if (key === "ArrowRight" || key === "ArrowLeft") {
      number += key === "ArrowRight" ? 1 : chosen.pages.length - 1;
      show();
    }
  });
  setInterval(look, 250);
  scale();
})();
