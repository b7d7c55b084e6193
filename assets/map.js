/* How the map's features look, drawn straight on their layers so that one segment costs one
   segment; and the flight to what has just grown graver. */
(function () {
  "use strict";

  const LEVELS = { n: "none", w: "watch", b: "blue", y: "yellow", o: "orange", r: "red", "?": "unknown" };
  const WEIGHTS = { none: 5, unknown: 5, watch: 6, blue: 8, yellow: 10, orange: 12, red: 14 };
  const GRAVITY = { "?": 0, n: 0, w: 1, b: 2, y: 3, o: 4, r: 5 };
  const GRAVE = 3; // yellow: what the map flies to
  const STAY_MS = 10000;
  const REST_MS = 30000; // between two flights, or nobody could follow
  const state = (window.gangan = Object.assign(window.gangan || {}, { flights: 0 }));
  const layers = []; // by the segment's number
  let shown = { levels: "", fresh: "" };
  let map = null;
  let home = null;
  let flewAt = -Infinity;

  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const scale = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

  const BASE = {
    sea: () => ({ stroke: false, fillColor: token("--map-sea"), fillOpacity: 1 }),
    coast: () => ({ color: token("--map-coast"), weight: 2 * scale() }),
    river: () => ({ color: token("--map-river"), weight: 3 * scale() }),
    road: () => ({ color: token("--map-road"), weight: 2 * scale() }),
    rail: () => ({ color: token("--map-rail"), weight: 2 * scale(), dashArray: "8 6" }),
  };

  const POINT = 3; // the outline of a place that is no line

  function look(i) {
    const isPoint = Boolean(layers[i] && layers[i].setRadius);
    const level = LEVELS[shown.levels[i]] || "unknown";
    const age = shown.fresh[i] || "x";
    return {
      color: token(`--mark-${level}`),
      weight: (isPoint ? POINT : WEIGHTS[level]) * scale(),
      opacity: age === "l" ? 1 : 0.65,
      dashArray: age === "l" ? null : isPoint ? "4 6" : "3 9",
      fillColor: token(`--level-${level}`),
      fillOpacity: age === "l" ? 0.9 : 0.3,
      lineCap: "round",
    };
  }

  (state.draw = state.draw || {})["wall-map-segments"] = ({ look: next }) => {
    if (!layers.length) return false;
    const before = shown;
    shown = next;
    let gravest = null;
    layers.forEach((layer, i) => {
      if (next.levels[i] === before.levels[i] && next.fresh[i] === before.fresh[i]) return;
      layer.setStyle(look(i));
      const [was, is] = [GRAVITY[before.levels[i]], GRAVITY[next.levels[i]]];
      if (before.levels && is > was && is >= GRAVE && !(gravest && gravest.gravity >= is)) {
        gravest = { layer, gravity: is };
      }
    });
    if (gravest) fly(gravest.layer);
    return true;
  };

  function fly(layer) {
    if (!map || !home || state.isHeld || performance.now() - flewAt < REST_MS) return;
    flewAt = performance.now();
    state.flights += 1;
    const animate = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    const bounds = layer.getBounds ? layer.getBounds() : layer.getLatLng().toBounds(800);
    map.flyToBounds(bounds.pad(1.2), { maxZoom: map.getZoom() + 1.5, duration: 1.2, animate });
    setTimeout(() => map.flyToBounds(home, { duration: 1.2, animate }), STAY_MS);
  }

  function fit() {
    if (!map || !home) return;
    map.invalidateSize({ animate: false });
    if (performance.now() - flewAt > STAY_MS + 2000) map.fitBounds(home, { animate: false });
  }

  document.addEventListener("themed", () => location.reload()); // the canvas must be drawn anew
  document.addEventListener("remote", ({ detail }) => {
    if (!map) return;
    if (detail.do === "zoom") map.setZoom(map.getZoom() + detail.by);
    if (detail.do === "home") map.flyToBounds(home);
    if (detail.do === "show" && layers[detail.segment]) {
      flewAt = -Infinity;
      fly(layers[detail.segment]);
    }
  });
  addEventListener("resize", () => requestAnimationFrame(fit));

  Object.assign(state, {
    token,
    scale,
    map: {
      base: (feature) => (BASE[feature.properties.layer] || BASE.road)(),
      segment: (feature) => look(feature.properties.i),
      point: (feature, latlng) =>
        window.L.circleMarker(latlng, {
          radius: (feature.properties.kind === "underpass" ? 13 : 11) * scale(),
          ...look(feature.properties.i),
        }),
      register: (feature, layer) => {
        layers[feature.properties.i] = layer;
        layer.setStyle(look(feature.properties.i));
        layer.on("add", ({ target }) => {
          if (map === target._map) return;
          map = target._map;
          state.leaflet = map;
          const box = map.getContainer().closest(".mapbox");
          document.dispatchEvent(new CustomEvent("mapped", { detail: box }));
          map.on("moveend zoomend", () => document.dispatchEvent(new Event("marks")));
          home = window.L.latLngBounds(JSON.parse(box.dataset.bounds));
        });
      },
    },
  });
})();
