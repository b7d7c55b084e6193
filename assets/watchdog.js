/* A page that froze has missed what happened and can't be trusted to be whole: a worker, whose
   clock runs on while the page stands still, notices, and the page is loaded anew. So is a page
   that could not be made, or never came because the server went away while it was loaded. */
(function () {
  "use strict";

  const LOOK_MS = 15000;
  const PATIENCE = 2; // looks that a slow computer may take to draw a page
  const worker = new Worker("/assets/watchdog-worker.js");
  worker.onmessage = ({ data }) => {
    if (data.frozenMs) location.reload();
  };
  setInterval(() => worker.postMessage("alive"), 1000);

  let missing = 0;
  setInterval(async () => {
    const main = document.querySelector("main");
    const hasFailed = Boolean(main && main.matches(".refused:has([data-passing])"));
    missing = main ? 0 : missing + 1;
    if (!hasFailed && missing < PATIENCE) return;
    const answer = await fetch("/healthz").catch(() => null);
    if (answer && answer.ok) location.reload(); // else the browser would show an error of its own
  }, LOOK_MS);
})();
