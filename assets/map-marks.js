/* Keeps the map's marks apart: each takes the first free place round its point, the gravest
   first; a name for which there is none is left out, an alarm never is. */
(function () {
  "use strict";

  const RANKS = [".maplabel.red", ".maplabel.orange", ".maplabel", ".mapstation", ".mapname"];
  const state = (window.gangan = window.gangan || {});

  const overlaps = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

  function places(w, h, gap) {
    return [
      [gap, gap], [gap, -h - gap], [-w - gap, gap], [-w - gap, -h - gap],
      [-w / 2, 1.5 * gap], [-w / 2, -h - 1.5 * gap], [gap, -h / 2], [-w - gap, -h / 2],
      [gap, 3 * gap + h], [-w - gap, 3 * gap + h], [gap, -2 * h - 3 * gap], [-w - gap, -2 * h - 3 * gap],
    ];
  }

  /** Boxes in the map's own pixels that marks must not cover. */
  function obstacles(map, frame) {
    return [...map.parentElement.querySelectorAll(".legend, .attribution")].map((box) => {
      const { left, top, width, height } = box.getBoundingClientRect();
      return { x: left - frame.left, y: top - frame.top, w: width, h: height };
    });
  }

  function arrange() {
    const map = document.querySelector(".map");
    if (!map || !map.offsetWidth) return;
    const frame = map.getBoundingClientRect();
    const pane = map.querySelector(".leaflet-map-pane").getBoundingClientRect();
    const [dx, dy] = [pane.left - frame.left, pane.top - frame.top];
    const gap = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.55;
    const taken = obstacles(map, frame);
    const marks = [...map.querySelectorAll(".maplabel, .mapstation, .mapname")];
    const rank = (mark) => RANKS.findIndex((selector) => mark.matches(selector));
    // All sizes first, then all places: reading after writing would lay the page out each time.
    const sized = marks.map((mark) => {
      const at = window.L.DomUtil.getPosition(mark);
      return { mark, rank: rank(mark), x: at.x + dx, y: at.y + dy, w: mark.offsetWidth, h: mark.offsetHeight };
    });
    for (const { mark, rank: grade, x, y, w, h } of sized.sort((a, b) => a.rank - b.rank)) {
      const found = places(w, h, gap).find(([right, down]) => {
        const box = { x: x + right, y: y + down, w, h };
        const isInside = box.x >= 0 && box.y >= 0 && box.x + w <= frame.width && box.y + h <= frame.height;
        return isInside && !taken.some((other) => overlaps(box, other));
      });
      const isAlarm = grade < 3;
      const [right, down] = found || [gap, gap];
      mark.style.translate = `${right}px ${down}px`;
      mark.style.visibility = found || isAlarm ? "" : "hidden";
      if (found || isAlarm) taken.push({ x: x + right, y: y + down, w, h });
    }
  }

  /** Marks of a kind by what they say, so that those which stay are not made anew. */
  const held = { names: new Map(), labels: new Map(), stations: new Map() };

  function show(kind, marks) {
    if (!state.leaflet) return false;
    const old = held[kind];
    const next = new Map();
    for (const { at, class: className, html } of marks) {
      const key = `${at}|${className}|${html}`;
      const icon = () => window.L.divIcon({ className, html, iconSize: null });
      const marker = old.get(key)
        || window.L.marker(at, { icon: icon(), interactive: false, keyboard: false }).addTo(state.leaflet);
      old.delete(key);
      next.set(key, marker);
    }
    for (const marker of old.values()) marker.remove();
    held[kind] = next;
    soon();
    return true;
  }

  /** A device on the map's canvas: a thousand of them cost no more than their pixels. */
  function dot({ at, class: kind }) {
    const [color, ground] = [state.token("--map-device"), state.token("--map-ground")];
    const isCamera = kind === "camera";
    window.L.circleMarker(at, {
      radius: (isCamera ? 5 : 2.5) * state.scale(), color: isCamera ? color : ground,
      weight: state.scale() * (isCamera ? 1.5 : 0.5), fill: !isCamera, fillColor: color, fillOpacity: 1,
      interactive: false,
    }).addTo(state.leaflet);
  }

  const draw = (state.draw = state.draw || {});
  draw["wall-map-labels"] = ({ marks }) => show("labels", marks);
  draw["wall-map-stations"] = ({ marks }) => show("stations", marks);
  document.addEventListener("mapped", ({ detail: box }) => {
    for (const kind of Object.keys(held)) held[kind] = new Map(); // of a map that is gone
    show("names", JSON.parse(box.dataset.names));
    JSON.parse(box.dataset.devices).forEach(dot);
  });

  let isDue = false;
  function soon() {
    if (isDue) return;
    isDue = true;
    // After React has drawn the marks and Leaflet has placed them.
    setTimeout(() => {
      isDue = false;
      arrange();
    }, 50);
  }

  document.addEventListener("marks", soon);
  addEventListener("resize", soon);
  setInterval(soon, 5000); // whatever moved the map
  state.arrange = arrange;
})();
