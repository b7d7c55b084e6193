/* Areas of official warnings: hatched and outlined in their colour, over the base map and under
   the segments, which stay what the eye goes to. */
(function () {
  "use strict";

  const state = (window.gangan = window.gangan || {});
  let shown = [];
  let drawn = [];

  /** Slanted lines as a fill for the map's canvas. */
  function hatch(color) {
    const tile = document.createElement("canvas");
    const size = Math.round(14 * state.scale());
    tile.width = tile.height = size;
    const ink = tile.getContext("2d");
    ink.strokeStyle = color;
    ink.lineWidth = 1.5 * state.scale();
    for (const shift of [-size, 0, size]) {
      ink.moveTo(shift - 1, size + 1);
      ink.lineTo(shift + size + 1, -1);
    }
    ink.stroke();
    return ink.createPattern(tile, "repeat");
  }

  function draw() {
    drawn.forEach((area) => area.remove());
    drawn = shown.map(({ level, rings }) => {
      const color = state.token(`--mark-${level}`);
      return window.L.polygon(rings.map((ring) => [ring]), {
        pane: "areas", color, weight: 2 * state.scale(), opacity: 0.9, interactive: false,
        dashArray: `${12 * state.scale()} ${6 * state.scale()}`, fillColor: hatch(color), fillOpacity: 0.3,
      }).addTo(state.leaflet);
    });
    const key = document.querySelector(".key:has(> .area)");
    if (key) key.hidden = !drawn.length;
    document.dispatchEvent(new Event("marks")); // the legend has another size
  }

  (state.draw = state.draw || {})["wall-map-areas"] = ({ areas }) => {
    shown = areas;
    return state.onMap(draw);
  };
  document.addEventListener("mapped", () => {
    drawn = []; // of a map that is gone
    draw();
  });
})();
