/* Map tiles of others, if any are configured: above our own base map, which shows through where
   they cannot be had. The page says so, and what failed is asked for again. */
(function () {
  "use strict";

  const AGAIN_MS = 11000; // after the server has let a provider rest
  const TILE = 256;
  const state = (window.gangan = window.gangan || {});
  let failed = new Set();
  let box = null;

  function tell() {
    const now = failed.size ? "lost" : "live";
    if (box.dataset.tiles === now) return;
    box.dataset.tiles = now;
    document.dispatchEvent(new Event("marks")); // our own names come or go
  }

  function layer({ url, min, max }) {
    // On a large screen everything is drawn larger, so that it reads from as far.
    const doubled = Math.max(0, Math.round(Math.log2(state.scale())));
    const tiles = window.L.tileLayer(url, {
      minNativeZoom: min + doubled, maxNativeZoom: max + doubled, maxZoom: 24,
      tileSize: TILE * 2 ** doubled, zoomOffset: -doubled,
    });
    tiles.on("tileerror", ({ tile }) => { failed.add(tile); tell(); });
    tiles.on("tileload tileunload", ({ tile, type }) => {
      failed.delete(tile);
      if (type === "tileload") tell();
    });
    return tiles;
  }

  document.addEventListener("mapped", ({ detail }) => {
    box = detail;
    failed = new Set();
    for (const about of JSON.parse(box.dataset.fixed).tiles) layer(about).addTo(state.leaflet);
  });
  setInterval(() => {
    for (const tile of failed) tile.src = tile.src; // asks again
  }, AGAIN_MS);
})();
