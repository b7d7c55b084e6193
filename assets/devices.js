/* The page of devices: rows that travel one by one, tabs and filters that stand in the address, and
   buttons that play quarantined messages again. What the rows say is the hub's. */
(function () {
  "use strict";

  const STEP = 100; // rows that are shown at once
  const state = (window.gangan = window.gangan || {});
  state.draw = state.draw || {};
  const rows = new Map(); // device → its element
  let order = []; // devices, what is wrong first
  let shown = STEP;

  const page = () => document.querySelector("main.devicespage");
  const asked = () => new URLSearchParams(location.search);

  /** Remember a choice in the page's address, so that it can be kept and sent on. */
  function remember(name, value) {
    const query = asked();
    if (value) query.set(name, value);
    else query.delete(name);
    history.replaceState(history.state, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
    shown = STEP;
    show();
  }

  state.draw["devices-rows"] = (properties) => {
    const list = document.getElementById("devices-rows");
    if (!list) return false;
    for (const [name, text] of Object.entries(properties)) {
      if (!name.startsWith("#")) continue;
      const template = document.createElement("template");
      template.innerHTML = text;
      const made = template.content.firstElementChild;
      const old = rows.get(name.slice(1));
      // What was filtered out stays so until the filters are applied again.
      if (old) made.hidden = old.hidden;
      if (old && old.isConnected) state.merge(old, made);
      else rows.set(name.slice(1), made);
    }
    if (properties.order) order = properties.order;
    const known = new Set(order);
    for (const name of [...rows.keys()]) {
      if (known.has(name)) continue;
      rows.get(name).remove();
      rows.delete(name);
    }
    if (properties.order || list.childElementCount !== order.length) arrange(list);
    show();
    return true;
  };

  /** Bring the rows into their order, moving no more than must be. */
  function arrange(list) {
    list.querySelectorAll(":scope > .loading").forEach((one) => one.remove());
    let at = list.firstElementChild;
    for (const name of order) {
      const row = rows.get(name);
      if (!row) continue;
      if (row === at) at = at.nextElementSibling;
      else list.insertBefore(row, at);
    }
  }

  function fits(row, query) {
    const words = (query.get("q") || "").toLowerCase().split(/\s+/).filter(Boolean);
    return (!query.get("kind") || row.dataset.kind === query.get("kind"))
      && (query.get("show") !== "wrong" || row.dataset.wrong === "1")
      && words.every((word) => row.dataset.text.includes(word));
  }

  /** Show what the address asks for. */
  function show() {
    const main = page();
    if (!main) return;
    const query = asked();
    main.dataset.tab = query.get("tab") || "devices";
    for (const tab of main.querySelectorAll("[data-tab][href]")) {
      if (tab.dataset.tab === main.dataset.tab) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
    const found = order.map((name) => rows.get(name)).filter((row) => row && fits(row, query));
    const seen = new Set(found.slice(0, shown));
    for (const row of rows.values()) row.hidden = !seen.has(row);
    controls(main, query, found.length);
    count(main);
  }

  function controls(main, query, found) {
    const wanted = query.get("show") || "all";
    for (const button of main.querySelectorAll("[data-show]")) {
      button.setAttribute("aria-pressed", String(button.dataset.show === wanted));
    }
    for (const name of ["kind", "q"]) {
      const field = main.querySelector(`.tools [name=${name}]`);
      if (field && field !== document.activeElement) field.value = query.get(name) || "";
    }
    const said = main.querySelector(".tools .found");
    if (said) state.put(said, rows.size && !found ? main.dataset.none : "");
    const more = document.getElementById("devices-more");
    if (!more) return;
    more.hidden = found <= shown;
    const text = main.dataset.more.replace("{n}", Math.min(STEP, found - shown));
    state.put(more, text.replace("{total}", found));
  }

  /** How many there are of what, on tabs and filters. */
  function count(main) {
    const wrong = [...rows.values()].filter((row) => row.dataset.wrong === "1").length;
    const waiting = [...main.querySelectorAll(".backlog")];
    const counts = {
      all: rows.size,
      wrong,
      devices: wrong,
      quarantine: waiting.reduce((sum, row) => sum + Number(row.dataset.count), 0),
      candidates: main.querySelectorAll(".candidate[data-external]").length,
    };
    for (const place of main.querySelectorAll(".count[data-count]")) {
      const n = counts[place.dataset.count];
      state.put(place, n ? String(n) : "");
    }
  }

  /** Play messages again, and say what became of them. */
  async function play(button) {
    const main = page();
    const said = document.getElementById("devices-said");
    button.disabled = true;
    const body = button.dataset.body ? JSON.parse(button.dataset.body) : undefined;
    const answer = await state.post(button.dataset.play, body);
    button.disabled = false;
    if (!said) return;
    const { forbidden, silent, invalid, played } = main.dataset;
    if (!answer || answer.status >= 500) return void state.put(said, silent);
    if (!answer.ok) return void state.put(said, answer.status === 403 ? forbidden : invalid);
    const done = await answer.json();
    const one = { played: Number(done.is_played), failed: Number(!done.is_played), cut: 0 };
    const counts = "is_played" in done ? one : done;
    state.put(said, played.replace(/\{(\w+)\}/g, (_, name) => counts[name]));
  }

  document.addEventListener("click", (event) => {
    const { target } = event;
    const button = target.closest("button[data-play]");
    if (button) return void play(button);
    if (!page()) return;
    const tab = target.closest("a[data-tab]");
    if (tab) {
      event.preventDefault();
      return void remember("tab", tab.dataset.tab === "devices" ? "" : tab.dataset.tab);
    }
    const choice = target.closest("[data-show]");
    if (choice) return void remember("show", choice.dataset.show === "all" ? "" : choice.dataset.show);
    if (target.id === "devices-more") {
      shown += STEP;
      show();
    }
  });
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, ({ target }) => {
      if (target.closest && target.closest(".devicespage .tools")) remember(target.name, target.value);
    });
  }
  document.addEventListener("flushed", show);
  addEventListener("popstate", show);
})();
