/* A new orange or red alarm takes the stage for a while, with a sound of its level's own.
   What was there when the page was loaded is no news. */
(function () {
  "use strict";

  const STAGE_MS = 12000;
  const MOST_WAITING = 3;
  const SILENCE_MIN = 10;
  const SAID_MS = 6000; // how long a refusal stands where the state of the sound was
  // Red is higher, faster and longer, so that the two are told apart without looking.
  const SOUNDS = { red: { hz: 988, beeps: 6, ms: 130 }, orange: { hz: 659, beeps: 2, ms: 380 } };
  const state = (window.gangan = Object.assign(window.gangan || {}, { cutIns: [] }));

  let known = null; // ids of alarms that have had their turn
  let waiting = [];
  let isPlaying = false;
  let audio = null;
  let saidUntil = 0;

  document.addEventListener("merged", ({ target }) => {
    if (target.id !== "wall-news") return;
    const cards = [...target.children].filter((card) => card.dataset.alarm);
    if (known === null) known = new Set(cards.map((card) => card.dataset.alarm));
    for (const card of cards) {
      if (known.has(card.dataset.alarm)) continue;
      known.add(card.dataset.alarm);
      waiting.push(card.cloneNode(true));
    }
    waiting.sort((a, b) => (a.dataset.level === "red" ? 0 : 1) - (b.dataset.level === "red" ? 0 : 1));
    waiting.length = Math.min(waiting.length, MOST_WAITING); // the list of alarms has them all
    if (!isPlaying) next();
  });

  function next() {
    const stage = document.getElementById("cut-in");
    const card = waiting.shift();
    isPlaying = Boolean(card && stage);
    if (!stage) return;
    stage.hidden = !card;
    stage.replaceChildren(...(card ? [card] : []));
    if (!card) return;
    stage.dataset.level = card.dataset.level;
    state.cutIns.push(card.dataset.alarm);
    sound(card.dataset.level);
    // Many at once must not hold the stage for ever: each gets less.
    setTimeout(next, Math.max(3000, STAGE_MS / (1 + waiting.length)));
  }

  function sound(level) {
    const { hz, beeps, ms } = SOUNDS[level] || SOUNDS.orange;
    if (!canSound() || silentMin() > 0) return;
    for (let i = 0; i < beeps; i += 1) {
      const start = audio.currentTime + (i * 1.6 * ms) / 1000;
      const [tone, volume] = [audio.createOscillator(), audio.createGain()];
      tone.frequency.value = hz;
      volume.gain.setValueAtTime(0.0001, start);
      volume.gain.exponentialRampToValueAtTime(0.5, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + ms / 1000);
      tone.connect(volume).connect(audio.destination);
      tone.start(start);
      tone.stop(start + ms / 1000);
    }
  }

  function canSound() {
    audio = audio || new AudioContext();
    return audio.state === "running";
  }

  /** Minutes of people's time for which somebody has silenced all walls. */
  function silentMin() {
    const until = Number(document.getElementById("sound")?.dataset.until);
    const { site } = state;
    return until && site ? Math.max(0, (until - state.siteNow()) / site.speed / 60000) : 0;
  }

  function show() {
    const button = document.getElementById("sound");
    if (!button || performance.now() < saidUntil) return;
    const left = Math.ceil(silentMin());
    const mode = !canSound() ? "blocked" : left > 0 ? "silent" : "on";
    state.put(button, button.dataset[mode].replace("{n}", left));
    if (button.dataset.state !== mode) button.dataset.state = mode;
  }

  document.addEventListener("click", async ({ target }) => {
    if (target.id !== "sound") return;
    let answer = null;
    if (!canSound()) await audio.resume();
    else if (silentMin() > 0) answer = await state.post("/api/v1/sound/restore");
    else answer = await state.post("/api/v1/sound/silence", { minutes: SILENCE_MIN });
    if (answer && answer.status === 403) {
      // A kiosk is nobody, and silence needs a name.
      state.put(target, target.dataset.denied);
      saidUntil = performance.now() + SAID_MS;
    }
    show();
  });
  // A browser that hears nothing of a click allows no sound; any click will do.
  document.addEventListener("pointerdown", () => canSound() || audio.resume());

  setInterval(show, 500);
})();
