/* Hears from its page each second; what was silent for longer had frozen. */
"use strict";

const FROZEN_MS = 10000;
let heardAt = performance.now();
let longest = 0;

setInterval(() => {
  longest = Math.max(longest, performance.now() - heardAt);
}, 1000);
onmessage = () => {
  heardAt = performance.now();
  if (longest > FROZEN_MS) postMessage({ frozenMs: longest });
  longest = 0;
};
