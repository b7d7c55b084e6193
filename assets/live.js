/* The wall's live side: one socket, merged deltas, ages that go on counting, and the plain
   truth about the link. No value is shown as live once nothing has been heard for 5 s. */
(function () {
  "use strict";

  const SILENCE_MS = 5000; // after that the link counts as broken
  const state = (window.gangan = Object.assign(window.gangan || {}, {
    seq: 0, // of the last message applied or merged
    lastAt: 0, // when anything was last heard, by performance.now()
    applied: 0, // flushes
    isLost: false,
    build: null, // of the server that made this page
  }));

  let socket = null;
  let failures = 0;
  let pending = {}; // component → property → value; the last write wins
  let isFlushing = false;
  let site = null; // {siteMs, atMs, speed}: the world's clock at a moment of ours

  const language = () => (wall() ? wall().dataset.lang : "zh");
  const wall = () => document.querySelector("main[data-view]");

  function connect() {
    if (!wall()) return void setTimeout(connect, 100); // Dash has not drawn the page yet
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/ws/live?lang=${language()}&view=${encodeURIComponent(wall().dataset.view)}`);
    socket.onmessage = (event) => receive(JSON.parse(event.data));
    socket.onclose = () => again();
  }

  function again() {
    socket = null;
    failures += 1;
    const wait = Math.min(5000, 250 * 2 ** Math.min(failures, 10)) * (0.5 + Math.random() / 2);
    if (failures % 3 === 0) {
      // A session that has ended can't be mended by trying again.
      fetch("/api/v1/roster/now").then((answer) => {
        if (answer.status === 401) location.href = `/sign-in?next=${location.pathname}`;
      }, () => undefined);
    }
    setTimeout(connect, wait);
  }

  function receive(message) {
    state.lastAt = performance.now();
    failures = 0;
    if (message.t !== undefined) {
      // After an update the page must be of the same make as the server that feeds it.
      if (state.build && message.build !== state.build) return void location.reload();
      state.build = message.build;
      site = { siteMs: message.t, atMs: performance.now(), speed: message.speed };
      if (state.seq && message.seq < state.seq) socket.close(); // the server began anew
      return;
    }
    if (message.full) pending = {};
    else if (message.seq !== state.seq + 1) return void socket.close(); // a gap: ask for all
    state.seq = message.seq;
    for (const [component, properties] of Object.entries(message.d)) {
      pending[component] = Object.assign(pending[component] || {}, properties);
    }
    if (!isFlushing) flush();
  }

  function flush() {
    const work = pending;
    pending = {};
    isFlushing = true;
    let left = false;
    for (const [component, properties] of Object.entries(work)) {
      // Map layers have no element of their own; they are there when the map is.
      const isLayer = component.startsWith("wall-map-");
      const isThere = isLayer ? document.querySelector(".map") : document.getElementById(component);
      if (!isThere || !window.dash_clientside || !window.dash_clientside.set_props) {
        pending[component] = Object.assign(properties, pending[component]);
        left = true;
        continue;
      }
      const { html, ...rest } = properties;
      if (html) {
        mergeParts(isThere, html);
        isThere.dispatchEvent(new CustomEvent("merged", { bubbles: true }));
      }
      if (Object.keys(rest).length) window.dash_clientside.set_props(component, rest);
    }
    state.applied += 1;
    requestAnimationFrame(tick);
    // The next one only when the browser has had time: a backlog would grow for ever.
    const next = () => {
      isFlushing = false;
      if (Object.keys(pending).length) flush();
    };
    if (left) setTimeout(next, 100);
    else if (window.requestIdleCallback) requestIdleCallback(next, { timeout: 1000 });
    else setTimeout(next, 16);
  }

  /** Make an element's children what the texts say, touching only those that differ. */
  function mergeParts(element, texts) {
    const held = element.parts || [];
    texts.forEach((text, i) => {
      const old = element.children[i];
      if (old && held[i] === text) return;
      const template = document.createElement("template");
      template.innerHTML = text;
      if (old) merge(old, template.content.firstElementChild);
      else element.append(template.content);
    });
    while (element.children.length > texts.length) element.lastElementChild.remove();
    element.parts = texts;
  }

  /** Make a node like another one in place, so that pictures don't flicker. */
  function merge(old, made) {
    // While a new picture loads the old one stays, which must not be another camera's.
    const isOther = old.nodeName !== made.nodeName || old.dataset?.camera !== made.dataset?.camera;
    if (isOther) return void old.replaceWith(made);
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.nodeValue !== made.nodeValue) old.nodeValue = made.nodeValue;
      return;
    }
    for (const { name } of [...old.attributes]) if (!made.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of made.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    if (made.matches(".age[data-at], .countdown[data-until]")) return; // the tick writes into it
    const [before, after] = [[...old.childNodes], [...made.childNodes]];
    after.forEach((child, i) => (before[i] ? merge(before[i], child) : old.append(child)));
    before.slice(after.length).forEach((child) => child.remove());
  }

  /** The world's present in ms, or null before it has been heard. */
  function siteNow() {
    return site && site.siteMs + (performance.now() - site.atMs) * site.speed;
  }

  function inWords(ms) {
    const units = wall().dataset.units.split("|");
    const s = Math.max(0, Math.round(ms / 1000));
    if (s < 60) return `${s} ${units[0]}`;
    if (s < 3600) return `${Math.floor(s / 60)} ${units[1]}`;
    if (s < 86400) {
      const minutes = Math.floor((s % 3600) / 60);
      return `${Math.floor(s / 3600)} ${units[2]}` + (minutes ? ` ${minutes} ${units[1]}` : "");
    }
    return `${Math.floor(s / 86400)} ${units[3]}`;
  }

  let formats = null;
  function clockFormats() {
    const zone = wall().dataset.zone;
    const tag = wall().lang;
    if (!formats || formats.tag !== tag) {
      formats = {
        tag,
        time: new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeStyle: "medium" }),
        date: new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }),
        weekday: new Intl.DateTimeFormat(tag, { timeZone: zone, weekday: "short" }),
      };
    }
    return formats;
  }

  function put(element, text) {
    if (element && element.textContent !== text) element.textContent = text;
  }

  function tick() {
    const page = wall();
    if (!page) return;
    const silence = performance.now() - state.lastAt;
    const isLost = !state.lastAt || silence > SILENCE_MS;
    const now = siteNow();
    if (isLost !== state.isLost || !page.dataset.link) {
      state.isLost = isLost;
      page.dataset.link = isLost ? "lost" : "live";
      const push = document.getElementById("page-push");
      if (push) {
        push.dataset.state = isLost ? "failed" : "ok";
        push.className = `part ${isLost ? "failed" : "ok"}`;
      }
    }
    if (now === null) return;
    const { time, date, weekday } = clockFormats();
    if (isLost) {
      const stopped = site.siteMs + (state.lastAt - site.atMs) * site.speed;
      put(document.getElementById("page-lost"),
        page.dataset.stopped.replace("{time}", time.format(stopped)));
    }
    put(document.getElementById("page-clock"), time.format(now));
    put(document.getElementById("page-date"), `${date.format(now)} ${weekday.format(now)}`);
    for (const age of page.querySelectorAll(".age[data-at]")) {
      put(age, inWords(now - Number(age.dataset.at)));
    }
    for (const countdown of page.querySelectorAll(".countdown[data-until]")) {
      put(countdown, inWords(Number(countdown.dataset.until) - now));
    }
  }

  /** The token that proves a write comes from our own page. */
  function csrf() {
    const found = document.cookie.split("; ").find((entry) => entry.startsWith("_csrf_token="));
    return found ? decodeURIComponent(found.split("=")[1]) : "";
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-acknowledge]");
    if (!button) return;
    button.disabled = true;
    const id = encodeURIComponent(button.dataset.acknowledge);
    const answer = await fetch(`/api/v1/alarms/${id}/acknowledge`, {
      method: "POST", headers: { "X-CSRFToken": csrf() },
    }).catch(() => null);
    if (answer && answer.ok) return; // the hub brings the new state
    button.disabled = false;
    button.classList.add("failed");
    button.title = answer ? `${answer.status} ${answer.statusText}` : "";
  });

  setInterval(tick, 500);
  connect();
})();
