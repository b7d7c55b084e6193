/* Figures are drawn for the screen's width; on paper they are drawn for the paper's. */
(function () {
  "use strict";

  const PAPER = { width: 690, height: 290 }; // px, what A4 has room for between its margins
  const figures = () => document.querySelectorAll(".desk .js-plotly-plot");

  addEventListener("beforeprint", () => {
    for (const figure of figures()) window.Plotly.relayout(figure, { autosize: false, ...PAPER });
  });
  addEventListener("afterprint", () => {
    for (const figure of figures()) {
      window.Plotly.relayout(figure, { autosize: true, width: null, height: null });
    }
  });
})();
