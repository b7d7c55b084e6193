/* The map's marks: signs at their places and texts beside them, from plain data. */
(function () {
  "use strict";

  const state = (window.gangan = window.gangan || {});
  // By their place, so that what stays is not made anew; the most important first.
  const held = { labels: new Map(), stations: new Map(), bases: new Map(), names: new Map() };
  const EMPTY = '<u class="lead"></u><i></i><span></span>';

  function mark(at) {
    const icon = window.L.divIcon({ className: "mapmark", html: EMPTY, iconSize: null });
    return window.L.marker(at, { icon, interactive: false, keyboard: false }).addTo(state.leaflet);
  }

  function write(made, { class: className, html, sign }) {
    const [, picture, text] = made.getElement().children;
    if (picture.className !== sign) picture.className = sign;
    if (text.className !== className) text.className = className;
    if (text.said !== html) text.innerHTML = text.said = html; // what the browser gives back differs
  }

  function show(kind, marks) {
    const old = held[kind];
    held[kind] = new Map();
    for (const one of marks) {
      let key = `${one.at}`;
      while (held[kind].has(key)) key += "'"; // at the same place
      const made = old.get(key) || mark(one.at);
      write(made, one);
      held[kind].set(key, made);
      old.delete(key);
    }
    for (const gone of old.values()) gone.remove();
    document.dispatchEvent(new Event("marks"));
  }

  /** Devices on the map's canvas: a thousand of them cost no more than their pixels. */
  function dots(devices) {
    const size = state.scale();
    const [color, ground] = [state.token("--map-device"), state.token("--map-ground")];
    const style = { pane: "signs", interactive: false, fill: true, fillOpacity: 1 };
    const Square = window.L.CircleMarker.extend({
      _updatePath() {
        const [{ x, y }, r, { _ctx: ctx }] = [this._point, this._radius, this._renderer];
        if (!this._renderer._drawing || this._empty()) return;
        ctx.beginPath();
        ctx.rect(x - r, y - r, 2 * r, 2 * r);
        this._renderer._fillStroke(ctx, this);
      },
    });
    const lens = (at) => new Square(at, { ...style, radius: 5 * size, color, weight: 1.5 * size, fillColor: ground });
    const gauge = (at) =>
      window.L.circleMarker(at, { ...style, radius: 3 * size, color: ground, weight: size, fillColor: color });
    const of = (kind) => devices.filter((device) => device.class === kind);
    // A gauge at the same place shows within the camera's frame.
    of("camera").forEach(({ at }) => lens(at).addTo(state.leaflet));
    of("gauge").forEach(({ at }) => gauge(at).addTo(state.leaflet));
  }

  const draw = (state.draw = state.draw || {});
  draw["wall-map-labels"] = ({ marks }) => state.onMap(() => show("labels", marks));
  draw["wall-map-stations"] = ({ marks }) => state.onMap(() => show("stations", marks));
  document.addEventListener("mapped", ({ detail: box }) => {
    for (const kind of Object.keys(held)) held[kind] = new Map(); // of a map that is gone
    const fixed = JSON.parse(box.dataset.fixed);
    show("names", fixed.names);
    show("bases", fixed.bases);
    dots(fixed.devices);
  });

  /** Every mark on the map, in the order in which places are given away. */
  state.marks = () => Object.values(held).flatMap((kind) => [...kind.values()]);
})();
