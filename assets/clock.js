/* One clock for everything: the world's time, ages that go on counting, and the plain truth about
   the link. No value is shown as live once nothing has been heard, or drawn, for 5 s. */
(function () {
  "use strict";

  const SILENCE_MS = 5000; // after that the link counts as broken
  const SKEW_MS = 5000; // by which this computer's clock may differ from the server's
  const state = (window.gangan = Object.assign(window.gangan || {}, {
    isLost: false,
    siteNow,
    inWords,
    put,
  }));

  /** The world's present in ms, or null before it has been heard. */
  function siteNow() {
    const { site } = state;
    return site && site.siteMs + (performance.now() - site.atMs) * site.speed;
  }

  function inWords(ms) {
    const units = state.main().dataset.units.split("|");
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
    const { zone: timeZone } = state.main().dataset;
    const tag = state.main().lang;
    if (!formats || formats.tag !== tag) {
      formats = {
        tag,
        time: new Intl.DateTimeFormat("en-GB", { timeZone, timeStyle: "medium" }),
        date: new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }),
        weekday: new Intl.DateTimeFormat(tag, { timeZone, weekday: "short" }),
      };
    }
    return formats;
  }

  function put(element, text) {
    if (element && element.textContent !== text) element.textContent = text;
  }

  function tick() {
    const page = state.main ? state.main() : null;
    if (!page) return;
    if (document.documentElement.lang !== page.lang) document.documentElement.lang = page.lang;
    const isLost = !state.drawnAt || performance.now() - state.drawnAt > SILENCE_MS;
    if (isLost !== state.isLost || !page.dataset.link) {
      state.isLost = isLost;
      page.dataset.link = isLost ? "lost" : "live";
      const push = document.getElementById("page-push");
      if (push) {
        push.dataset.state = isLost ? "failed" : "ok";
        push.className = `part ${isLost ? "failed" : "ok"}`;
      }
    }
    const now = siteNow();
    if (now === null || now === undefined) return;
    const { time, date, weekday } = clockFormats();
    if (isLost) {
      const stopped = state.site.siteMs + (state.drawnAt - state.site.atMs) * state.site.speed;
      put(document.getElementById("page-lost"),
        page.dataset.stopped.replace("{time}", time.format(stopped)));
    }
    const skew = Math.abs(state.skewMs || 0);
    if (skew > SKEW_MS) {
      page.dataset.skew = "";
      put(document.getElementById("page-skew"),
        page.dataset.skewText.replace("{span}", inWords(skew)));
    } else delete page.dataset.skew;
    put(document.getElementById("page-clock"), time.format(now));
    put(document.getElementById("page-date"), `${date.format(now)} ${weekday.format(now)}`);
    for (const printed of page.querySelectorAll(".printed .at")) {
      put(printed, `${date.format(now)} ${time.format(now)}`);
    }
    for (const age of page.querySelectorAll(".age[data-at]")) {
      put(age, inWords(now - Number(age.dataset.at)));
    }
    for (const countdown of page.querySelectorAll(".countdown[data-until]")) {
      put(countdown, inWords(Number(countdown.dataset.until) - now));
    }
  }

  document.addEventListener("flushed", () => requestAnimationFrame(tick));
  /** Once a second, as the second changes. */
  function run() {
    tick();
    const isReal = state.site && state.site.speed === 1;
    setTimeout(run, isReal ? 1000 - (siteNow() % 1000) : state.site ? 1000 : 200);
  }
  run();
})();
