/* Finds a place for each text on the map: near its point, off the segments, and never on another
   text or sign. The most important come first; one for which there is no place is left out. */
(function () {
  "use strict";

  const RANKS = [".maplabel.red", ".maplabel.closed", ".maplabel.orange", ".maplabel", ".mapstation", ".mapbase", ".mapname"];
  const MINOR = RANKS.indexOf(".mapstation"); // from here on no alarm
  const HIDDEN = [4000, 3000, 2000, 1500, 600, 400, 20]; // cost of leaving one out, by its rank
  const CELL = 0.375; // rem, of the grid on which it is known what segments cover
  const GAP = 0.55; // rem, between a point and its text
  const RINGS = [1, 2.2, 4, 6.5, 10]; // distances to try, in gaps
  const NEAR = 6; // cost of each further ring
  const COVERED = 1.5; // cost of covering a cell, times how much that matters
  const COVERED_MOST = 40; // what a text of no alarm may cover: a stretch across, but no place
  const CROSSED = 25; // cost of covering another text's line
  const STAY = 8; // what a text gains by staying where it was, so that it does not jump about
  const state = (window.gangan = window.gangan || {});

  const overlaps = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

  /** Offsets from the point at which a text may begin. */
  function places(w, h, gap) {
    return RINGS.flatMap((ring, n) => {
      const [far, near] = [ring * gap, 0.7 * ring * gap];
      return [
        [far, -h / 2], [-w - far, -h / 2], [-w / 2, -h - far], [-w / 2, far],
        [near, -h - near], [near, near], [-w - near, -h - near], [-w - near, near],
        [-0.2 * w, -h - far], [-0.8 * w, -h - far], [-0.2 * w, far], [-0.8 * w, far],
      ].map(([right, down]) => ({ right, down, cost: NEAR * n }));
    });
  }

  /** What covering a box would cost: segments under it, by how grave they are. */
  function coverage(map, { width, height }, cell) {
    const [columns, rows] = [Math.ceil(width / cell) + 1, Math.ceil(height / cell) + 1];
    const grid = new Float32Array(columns * rows);
    const stamp = (x, y, reach, weight) => {
      for (let r = Math.max(0, Math.floor((y - reach) / cell)); r <= (y + reach) / cell && r < rows - 1; r += 1) {
        for (let c = Math.max(0, Math.floor((x - reach) / cell)); c <= (x + reach) / cell && c < columns - 1; c += 1) {
          const at = (r + 1) * columns + c + 1;
          grid[at] = Math.max(grid[at], weight);
        }
      }
    };
    for (const [layer, weight] of state.segments()) {
      const isPoint = Boolean(layer.getRadius);
      const reach = isPoint ? layer.getRadius() : layer.options.weight / 2;
      const corners = (layer.getLatLngs ? layer.getLatLngs() : [layer.getLatLng()])
        .map((place) => map.latLngToContainerPoint(place));
      corners.forEach((a, n) => {
        const b = corners[n + 1] || a;
        const steps = Math.max(1, Math.ceil(a.distanceTo(b) / cell));
        for (let s = 0; s <= steps; s += 1) {
          const [x, y] = [a.x + ((b.x - a.x) * s) / steps, a.y + ((b.y - a.y) * s) / steps];
          if (x > -reach && y > -reach && x < width + reach && y < height + reach) stamp(x, y, reach, isPoint ? 2 * weight : weight);
        }
      });
    }
    for (let r = 1; r < rows; r += 1) {
      for (let c = 1; c < columns; c += 1) {
        const at = r * columns + c;
        grid[at] += grid[at - 1] + grid[at - columns] - grid[at - columns - 1];
      }
    }
    const sum = (x, y) => {
      const [c, r] = [x, y].map((value) => Math.max(0, Math.round(value / cell)));
      return grid[Math.min(r, rows - 1) * columns + Math.min(c, columns - 1)];
    };
    return ({ x, y, w, h }) => sum(x + w, y + h) - sum(x, y + h) - sum(x + w, y) + sum(x, y);
  }

  /** Boxes in the map's own pixels that no text may cover. */
  function obstacles(box, frame) {
    const fixed = box.querySelectorAll(".legend, .attribution, .notiles, .mapmark > .sign");
    return [...fixed].map((one) => {
      const { left, top, width, height } = one.getBoundingClientRect();
      return { x: left - frame.left, y: top - frame.top, w: width, h: height };
    }).filter(({ w }) => w);
  }

  /** From a point to the nearest edge of a box. */
  function lead({ x, y }, box) {
    const [right, down] = [[x, box.x, box.w], [y, box.y, box.h]].map(([at, from, long]) =>
      Math.max(from - at, Math.min(0, from + long - at)));
    return { x, y, right, down };
  }

  /** Whether a line runs through a box in which it does not begin. */
  function crosses({ x, y, right, down }, box) {
    let [from, to] = [0, 1];
    for (const [at, along, low, long] of [[x, right, box.x, box.w], [y, down, box.y, box.h]]) {
      const [a, b] = [(low - at) / along, (low + long - at) / along];
      if (along === 0 && (at < low || at > low + long)) return false;
      if (along !== 0) [from, to] = [Math.max(from, Math.min(a, b)), Math.min(to, Math.max(a, b))];
    }
    const beginsWithin = x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h;
    return from < to && !beginsWithin;
  }

  /** The best place that there is for a text, given what is taken; none where there is none. */
  function choose({ text, rank, isName, x, y, w, h }, { gap, frame, cost }, taken, lines) {
    const most = rank < MINOR ? Infinity : isName ? 0 : COVERED_MOST;
    let best = null;
    places(w, h, gap).forEach((place, n) => {
      const least = place.cost - (text.place === n ? STAY : 0);
      if ((best && least >= best.price) || (isName && place.cost)) return;
      const box = { x: x + place.right, y: y + place.down, w, h };
      if (box.x < 0 || box.y < 0 || box.x + w > frame.width || box.y + h > frame.height) return;
      const covered = cost(box);
      if (covered > most || taken.some((other) => overlaps(box, other))) return;
      const line = lead({ x, y }, box);
      if (!isName && taken.some((other) => crosses(line, other))) return;
      const price = least + COVERED * covered + CROSSED * lines.filter((other) => crosses(other, box)).length;
      if (!best || price < best.price) best = { ...place, n, price, box, line };
    });
    return best;
  }

  /** Give places away in an order; what is left out costs as much as it matters. */
  function plan(texts, ground) {
    const [taken, lines, found] = [[...ground.taken], [], new Map()];
    let price = 0;
    for (const one of texts) {
      const best = choose(one, ground, taken, lines);
      found.set(one, best);
      price += best ? best.price : HIDDEN[one.rank];
      if (!best) continue;
      taken.push(best.box);
      if (!one.isName) lines.push(best.line);
    }
    return { price, found };
  }

  /** The best of some orders: who comes first may stand in the way of somebody graver. */
  function cheapest(texts, ground) {
    const grave = texts.filter(({ rank }) => rank < MINOR);
    const others = texts.slice(grave.length);
    const begin = (first) => plan([...first, ...grave.filter((one) => !first.includes(one)), ...others], ground);
    let best = begin([]);
    const better = (next) => {
      if (next.price < best.price) best = next;
    };
    grave.forEach((_, n) => n && better(begin(grave.slice(n))));
    better(begin(grave.filter((one) => !best.found.get(one)))); // those who had no place
    return best;
  }

  let arranged = ""; // what was arranged last

  function arrange() {
    const map = state.leaflet;
    if (!map || !map.getContainer().offsetWidth) return;
    const element = map.getContainer();
    const frame = element.getBoundingClientRect();
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    // All sizes first, then all places: reading after writing would lay the page out each time.
    const texts = state.marks().map((mark) => {
      const [line, , text] = mark.getElement().children;
      if (!text.said || !text.offsetWidth) return null;
      const { x, y } = map.latLngToContainerPoint(mark.getLatLng());
      const rank = RANKS.findIndex((selector) => text.matches(selector));
      const isName = rank === RANKS.length - 1;
      return { line, text, rank, isName, x, y, w: text.offsetWidth, h: text.offsetHeight };
    }).filter(Boolean).sort((a, b) => a.rank - b.rank);
    const taken = obstacles(element.closest(".mapbox"), frame);
    const boxes = [...texts, ...taken].map(({ rank, x, y, w, h }) => [rank, x, y, w, h]);
    const now = `${boxes}|${state.segments().map(([, weight]) => weight)}`;
    if (now === arranged && texts.every(({ text }) => text.place !== undefined)) return;
    arranged = now;
    const cost = coverage(map, frame, CELL * rem);
    for (const [{ line, text, isName }, best] of cheapest(texts, { gap: GAP * rem, frame, cost, taken }).found) {
      text.place = best && best.n;
      text.style.visibility = line.style.visibility = best ? "" : "hidden";
      if (!best) continue;
      text.style.translate = `${best.right}px ${best.down}px`;
      line.style.width = isName ? "0" : `${Math.hypot(best.line.right, best.line.down)}px`;
      line.style.rotate = `${Math.atan2(best.line.down, best.line.right)}rad`;
    }
  }

  let isDue = false;
  let doneAt = 0;
  function soon() {
    if (isDue) return;
    isDue = true;
    // After Leaflet has placed them, and not for every value of a storm.
    setTimeout(() => {
      isDue = false;
      arrange();
      doneAt = performance.now();
    }, Math.max(50, doneAt + 500 - performance.now()));
  }

  document.addEventListener("marks", soon);
  addEventListener("resize", soon);
  setInterval(soon, 5000); // whatever moved the map
  state.arrange = arrange;
})();
