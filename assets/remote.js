/* Both ends of the remote control: the telephone's buttons, and the code on the wall that leads
   to them. */
(function () {
  "use strict";

  const state = (window.gangan = window.gangan || {});

  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("button[data-command]");
    if (!button) return;
    const wall = location.pathname.split("/")[2];
    const path = button.dataset.post || `/api/v1/walls/${encodeURIComponent(wall)}/commands`;
    const answer = await state.post(path, JSON.parse(button.dataset.command));
    const page = state.main();
    const said = answer && answer.ok ? page.dataset.done : page.dataset.gone;
    state.put(document.getElementById("remote-answer"), said);
  });

  document.addEventListener("remote", ({ detail }) => {
    if (detail.do === "hold") state.isHeld = !state.isHeld;
  });

  function showCode() {
    const code = document.getElementById("wall-code");
    if (!code || code.dataset.wall === state.wall) return;
    code.dataset.wall = state.wall;
    code.src = `/api/v1/walls/${state.wall}/qr.svg`;
  }
  setInterval(showCode, 1000);
})();
