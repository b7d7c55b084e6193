/* How the map's features look. Colours are the tokens', so that light or dark is one change. */
(function () {
  "use strict";

  const token = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const LEVELS = { n: "none", w: "watch", b: "blue", y: "yellow", o: "orange", r: "red", "?": "unknown" };
  const WEIGHTS = { none: 5, unknown: 5, watch: 6, blue: 8, yellow: 10, orange: 12, red: 14 };

  const BASE = {
    sea: () => ({ stroke: false, fillColor: token("--map-sea"), fillOpacity: 1 }),
    coast: () => ({ color: token("--map-coast"), weight: 2 }),
    river: () => ({ color: token("--map-river"), weight: 3 }),
    road: () => ({ color: token("--map-road"), weight: 2 }),
    rail: () => ({ color: token("--map-rail"), weight: 2, dashArray: "8 6" }),
  };

  function look(feature, context) {
    const { levels, fresh } = context.hideout;
    const level = LEVELS[levels[feature.properties.i]] || "unknown";
    const age = fresh[feature.properties.i] || "x";
    return {
      color: token(`--level-${level}`),
      weight: WEIGHTS[level],
      opacity: age === "l" ? 1 : 0.65,
      dashArray: age === "l" ? null : "3 9",
      fillColor: token(`--level-${level}`),
      fillOpacity: age === "l" ? 0.9 : 0.3,
      lineCap: "round",
    };
  }

  window.gangan = Object.assign(window.gangan || {}, {
    map: {
      base: (feature) => (BASE[feature.properties.layer] || BASE.road)(),
      segment: look,
      point: (feature, latlng, context) =>
        window.L.circleMarker(latlng, {
          radius: feature.properties.kind === "underpass" ? 11 : 9,
          ...look(feature, context),
        }),
    },
  });
})();
