/* A page that froze has missed what happened and can't be trusted to be whole: a worker, whose
   clock runs on while the page stands still, notices, and the page is loaded anew. */
(function () {
  "use strict";

  const worker = new Worker("/assets/watchdog-worker.js");
  worker.onmessage = ({ data }) => {
    if (data.frozenMs) location.reload();
  };
  setInterval(() => worker.postMessage("alive"), 1000);
})();
