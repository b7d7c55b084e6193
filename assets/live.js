/* The pages' live side: one socket, merged deltas, and no backlog. What is shown of it, and how
   old it is, is clock.js's. */
(function () {
  "use strict";

  const ALIVE_MS = 5000; // how often the server hears that this page still draws
  const state = (window.gangan = Object.assign(window.gangan || {}, {
    seq: 0, // of the last message applied or merged
    lastAt: 0, // when anything was last heard, by performance.now()
    drawnAt: 0, // when that was heard which is now shown
    applied: 0, // flushes
    build: null, // of the server that made this page
    site: null, // {siteMs, atMs, speed}: the world's clock at a moment of ours
    main: () => document.querySelector("main[data-view]"),
    wall: wallId(),
    send,
    post,
    merge,
  }));
  const draw = (state.draw = state.draw || {}); // component → how it is drawn where Dash is too slow

  let socket = null;
  let failures = 0;
  let pending = {}; // component → property → value; the last write wins
  let isFlushing = false;

  /** A name for this screen that stays when the page is loaded anew: its address may give one. */
  function wallId() {
    const named = new URLSearchParams(location.search).get("name");
    if (/^[\w-]{1,40}$/.test(named || "")) return named;
    const made = sessionStorage.getItem("gangan-wall") || Math.random().toString(36).slice(2, 12);
    sessionStorage.setItem("gangan-wall", made);
    return made;
  }

  function connect() {
    const page = state.main();
    if (!page) return void setTimeout(connect, 100); // Dash has not drawn the page yet
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const asked = new URLSearchParams({ lang: page.dataset.lang, view: page.dataset.view });
    if (page.dataset.screen) {
      asked.set("wall", state.wall);
      asked.set("screen", page.dataset.screen);
    }
    socket = new WebSocket(`${scheme}://${location.host}/ws/live?${asked}`);
    socket.onmessage = (event) => receive(JSON.parse(event.data));
    socket.onclose = () => again();
  }

  function again() {
    socket = null;
    failures += 1;
    const wait = Math.min(4000, 250 * 2 ** Math.min(failures, 10)) * (0.5 + Math.random() / 2);
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
    if (message.do !== undefined) {
      document.dispatchEvent(new CustomEvent("remote", { detail: message }));
      return;
    }
    // After an update the page must be of the same make as the server that feeds it.
    if (state.build && message.build !== state.build) return void location.reload();
    state.build = message.build;
    state.site = { siteMs: message.t, atMs: performance.now(), speed: message.speed };
    state.skewMs = Date.now() - message.clock;
    const isBeat = message.d === undefined;
    if (message.full) pending = {};
    else if (message.seq !== state.seq + (isBeat ? 0 : 1)) return void socket.close(); // a gap: ask for all
    state.seq = message.seq;
    if (isBeat) {
      if (!isFlushing) state.drawnAt = state.lastAt;
      return;
    }
    for (const [component, properties] of Object.entries(message.d)) {
      pending[component] = Object.assign(pending[component] || {}, properties);
    }
    if (!isFlushing) flush();
  }

  function flush() {
    const work = pending;
    const heardAt = state.lastAt;
    pending = {};
    isFlushing = true;
    let left = false;
    for (const [component, properties] of Object.entries(work)) {
      if (apply(component, properties)) continue;
      pending[component] = Object.assign(properties, pending[component]);
      left = true;
    }
    state.applied += 1;
    state.drawnAt = heardAt;
    document.dispatchEvent(new Event("flushed"));
    // The next one only when the browser has had time: a backlog would grow for ever.
    const next = () => {
      isFlushing = false;
      if (Object.keys(pending).length) flush();
      else state.drawnAt = state.lastAt;
    };
    if (left) setTimeout(next, 100);
    else if (window.requestIdleCallback) requestIdleCallback(next, { timeout: 1000 });
    else setTimeout(next, 16);
  }

  /** Show what is new of a component; false where it is not there yet. */
  function apply(component, properties) {
    if (draw[component]) return draw[component](properties);
    const element = document.getElementById(component);
    if (!element || !window.dash_clientside || !window.dash_clientside.set_props) return false;
    const { html, ...rest } = properties;
    if (html) {
      mergeParts(element, html);
      element.dispatchEvent(new CustomEvent("merged", { bubbles: true }));
    }
    if (Object.keys(rest).length) window.dash_clientside.set_props(component, rest);
    return true;
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
    if (made.matches(".age[data-at], .countdown[data-until], #sound")) return; // scripts write there
    const [before, after] = [[...old.childNodes], [...made.childNodes]];
    after.forEach((child, i) => (before[i] ? merge(before[i], child) : old.append(child)));
    before.slice(after.length).forEach((child) => child.remove());
  }

  function send(message) {
    if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  }

  /** Ask the server to do something, as whoever has signed in; the same key twice counts once. */
  async function post(path, body, key) {
    const found = document.cookie.split("; ").find((entry) => entry.startsWith("_csrf_token="));
    return fetch(path, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": found ? decodeURIComponent(found.split("=")[1]) : "",
        ...(key ? { "Idempotency-Key": key } : {}),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    }).catch(() => null);
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-acknowledge]");
    if (!button) return;
    button.disabled = true;
    const id = encodeURIComponent(button.dataset.acknowledge);
    const answer = await post(`/api/v1/alarms/${id}/acknowledge`);
    if (answer && answer.ok) return; // the hub brings the new state
    button.disabled = false;
    button.classList.add("failed");
    button.title = answer ? `${answer.status} ${answer.statusText}` : "";
  });

  setInterval(() => send({ applied: state.applied, seq: state.seq }), ALIVE_MS);
  connect();
})();
