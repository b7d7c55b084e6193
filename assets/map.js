/* The map: what stands still is drawn once, segments as they change; and the flight to what has
   just grown graver, and back. Where no map can be had the page says so, and all else lives on. */
(function () {
  "use strict";

  const LEVELS = { n: "none", w: "watch", b: "blue", y: "yellow", o: "orange", r: "red", "?": "unknown" };
  const WEIGHTS = { none: 5, unknown: 5, watch: 6, blue: 8, yellow: 10, orange: 12, red: 14 };
  const GRAVITY = { "?": 0, n: 0, w: 1, b: 2, y: 3, o: 4, r: 5 };
  const GRAVE = 3; // yellow: what the map flies to
  const STAY_MS = 10000;
  const LOOK_MS = 60000; // when somebody asked for it; then the whole district is back
  const REST_MS = 30000; // between two flights, or nobody could follow
  const FLIGHT_S = 1.2;
  const POINT = 3; // the outline of a place that is no line
  const OPTIONS = {
    preferCanvas: true, zoomSnap: 0.1, zoomControl: false, attributionControl: false, dragging: false,
    scrollWheelZoom: false, doubleClickZoom: false, boxZoom: false, touchZoom: false, keyboard: false,
  };
  // From below: our base map, tiles of others, areas of warnings, segments, what stands on them, marks.
  const PANES = { base: 150, areas: 300, signs: 450 };
  const UNKNOWN = { levels: "", fresh: "", passes: "" };

  const state = (window.gangan = Object.assign(window.gangan || {}, { flights: 0, leaflet: null }));
  let box = null; // the map's place on the page
  let map = null; // none where it failed
  let home = null;
  let layers = []; // by the segment's number
  let barriers = []; // over those that are closed
  let shown = UNKNOWN;
  let flight = { at: -Infinity, gravity: 0 };
  let homeAt = Infinity; // when the map returns

  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const scale = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  const isMoving = () => !matchMedia("(prefers-reduced-motion: reduce)").matches;
  /** The whole district, with what is said below it left free. */
  const whole = () => ({ paddingBottomRight: [0, box.querySelector(".mapfoot").offsetHeight] });
  const isSeen = () => Boolean(map.getContainer().offsetWidth && map.getContainer().offsetHeight);

  const BASE = {
    sea: () => ({ stroke: false, fillColor: token("--map-sea"), fillOpacity: 1 }),
    coast: () => ({ color: token("--map-coast"), weight: 2 * scale() }),
    river: () => ({ color: token("--map-river"), weight: 3 * scale() }),
    road: () => ({ color: token("--map-road"), weight: 2 * scale() }),
    rail: () => ({ color: token("--map-rail"), weight: 2 * scale(), dashArray: "8 6" }),
  };

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

  /** Draw the map where the page has one; runs `work` on it. False while there is no page yet. */
  function onMap(work) {
    const found = document.querySelector(".mapbox");
    if (!found) return false;
    if (found !== box) begin(found);
    if (map) work();
    return true;
  }

  function begin(found) {
    if (map) map.remove();
    box = found;
    map = state.leaflet = null;
    [layers, barriers, shown, homeAt] = [[], [], UNKNOWN, Infinity];
    try {
      if (!document.createElement("canvas").getContext("2d")) throw new Error("there is no canvas");
      map = state.leaflet = open(JSON.parse(box.dataset.fixed));
      document.dispatchEvent(new CustomEvent("mapped", { detail: box }));
    } catch (fault) {
      map = state.leaflet = null;
      box.dataset.map = "failed";
      console.warn("the map cannot be drawn:", fault.message);
    }
  }

  function open(fixed) {
    const L = window.L;
    const made = L.map(box.querySelector(".map"), OPTIONS);
    home = L.latLngBounds(fixed.bounds);
    made.fitBounds(home, { ...whole(), animate: false });
    for (const [name, order] of Object.entries(PANES)) {
      Object.assign(made.createPane(name).style, { zIndex: order, pointerEvents: "none" });
    }
    const base = ({ properties }) => (BASE[properties.layer] || BASE.road)();
    L.geoJSON(fixed.base, { pane: "base", interactive: false, style: base }).addTo(made);
    const point = ({ properties }, place) =>
      L.circleMarker(place, { radius: (properties.kind === "underpass" ? 13 : 11) * scale() });
    L.geoJSON(fixed.segments, {
      interactive: false,
      pointToLayer: point,
      onEachFeature: ({ properties }, layer) => {
        layers[properties.i] = layer;
        layer.setStyle(look(properties.i));
      },
    }).addTo(made);
    layers.filter((layer) => layer.getLatLngs).forEach((layer) => ends(layer).forEach((end) => end.addTo(made)));
    made.on("moveend zoomend", () => document.dispatchEvent(new Event("marks")));
    for (const canvas of box.querySelectorAll("canvas")) {
      canvas.addEventListener("contextrestored", () => location.reload()); // it comes back empty
    }
    return made;
  }

  /** Notches, so that one segment can be told from the next. */
  function ends(layer) {
    const style = { pane: "signs", interactive: false, stroke: false, fillColor: token("--map-ground"), fillOpacity: 1 };
    const places = layer.getLatLngs();
    return [places[0], places[places.length - 1]]
      .map((place) => window.L.circleMarker(place, { ...style, radius: 1.6 * scale() }));
  }

  (state.draw = state.draw || {})["wall-map-segments"] = ({ look: next }) => onMap(() => {
    const before = shown;
    shown = next;
    let gravest = null;
    layers.forEach((layer, i) => {
      if (["levels", "fresh", "passes"].every((part) => next[part][i] === before[part][i])) return;
      layer.setStyle(look(i));
      bar(i, next.passes[i] === "x");
      const [was, is] = [GRAVITY[before.levels[i]], GRAVITY[next.levels[i]]];
      if (before.levels && is > was && is >= GRAVE && !(gravest && gravest.gravity >= is)) {
        gravest = { layer, gravity: is };
      }
    });
    if (gravest) fly(gravest.layer, gravest.gravity);
    document.dispatchEvent(new Event("marks"));
  });

  /** A closed stretch is barred along its whole length; a closed place by its sign alone. */
  function bar(i, isClosed) {
    if (barriers[i]) barriers[i].remove();
    barriers[i] = null;
    if (!isClosed || layers[i].setRadius) return;
    barriers[i] = window.L.polyline(layers[i].getLatLngs(), {
      pane: "signs", interactive: false, color: token("--map-ground"), lineCap: "butt",
      weight: layers[i].options.weight * 0.55, dashArray: [10, 8].map((part) => part * scale()).join(" "),
    }).addTo(map);
  }

  /** To what has grown graver, unless somebody holds the wall or something as grave is looked at. */
  function fly(layer, gravity) {
    const now = performance.now();
    const isResting = now - flight.at < REST_MS && gravity <= flight.gravity;
    if (state.isHeld || isResting || !isSeen()) return;
    flight = { at: now, gravity };
    state.flights += 1;
    go(layer, STAY_MS);
  }

  function go(layer, stayMs) {
    if (!isSeen()) return;
    const bounds = layer.getBounds ? layer.getBounds() : layer.getLatLng().toBounds(800);
    const maxZoom = map.getBoundsZoom(home) + 1.5;
    map.flyToBounds(bounds.pad(1.2), { maxZoom, duration: FLIGHT_S, animate: isMoving() });
    homeAt = performance.now() + stayMs;
  }

  function goHome() {
    homeAt = Infinity;
    if (isSeen()) map.flyToBounds(home, { ...whole(), duration: FLIGHT_S, animate: isMoving() });
  }

  /** Fill the place that the layout gives; a map that is away stays there until it returns. */
  function fit() {
    if (!map || !isSeen()) return;
    map.invalidateSize({ animate: false });
    if (homeAt === Infinity) map.fitBounds(home, { ...whole(), animate: false });
  }

  document.addEventListener("themed", () => location.reload()); // the canvas must be drawn anew
  document.addEventListener("remote", ({ detail }) => {
    if (!map || !isSeen()) return;
    if (detail.do === "zoom") {
      map.setZoom(map.getZoom() + detail.by, { animate: isMoving() });
      homeAt = performance.now() + LOOK_MS;
    }
    if (detail.do === "home") goHome();
    if (detail.do === "show" && layers[detail.segment]) go(layers[detail.segment], LOOK_MS);
  });
  addEventListener("resize", () => requestAnimationFrame(fit));
  setInterval(() => onMap(() => {
    if (performance.now() >= homeAt && !state.isHeld) goHome();
  }), 250);

  Object.assign(state, {
    token,
    scale,
    onMap,
    /** Each segment's layer, and how much it matters that nothing covers it. */
    segments: () => layers.map((layer, i) => [layer, 1 + GRAVITY[shown.levels[i] || "?"]]),
  });
})();
