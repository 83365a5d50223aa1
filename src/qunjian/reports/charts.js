"use strict";
// Draws charts from Vega-Lite specifications, in a report's page and in the console: window.qunjianCharts.
window.qunjianCharts = (() => {
  const root = document.documentElement;
  const css = (name) => getComputedStyle(root).getPropertyValue("--" + name).trim();

  // Colours in the specs are written "@name" and stand for the page's own variables, so that charts follow the theme.
  const painted = (value) => {
    if (typeof value === "string") return value.startsWith("@") ? css(value.slice(1)) : value;
    if (Array.isArray(value)) return value.map(painted);
    if (value && typeof value === "object")
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, painted(inner)]));
    return value;
  };

  const tip = document.createElement("div");
  tip.id = "vg-tooltip-element";
  document.body.append(tip);
  const tooltip = (_, event, __, value) => {
    if (value === null || value === undefined || value === "") {
      tip.classList.remove("visible");
      return;
    }
    tip.replaceChildren();
    const table = document.createElement("table");
    for (const [key, text] of Object.entries(typeof value === "object" ? value : { "": value })) {
      const row = table.insertRow();
      row.insertCell().textContent = key;
      row.cells[0].className = "key";
      row.insertCell().textContent = text;
    }
    tip.append(table);
    tip.classList.add("visible");
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - box.width - 8)) + "px";
    tip.style.top = Math.max(4, Math.min(event.clientY + 14, innerHeight - box.height - 8)) + "px";
  };

  const drawn = new Map();
  const draw = (plot, spec) => {
    if (!spec || typeof window.vegaEmbed !== "function") return Promise.resolve();
    const before = drawn.get(plot);
    drawn.set(plot, { spec });
    if (before && before.finalize) before.finalize();
    return window
      .vegaEmbed(plot, painted(spec), {
        ast: true, actions: false, renderer: "svg", defaultStyle: false, mode: "vega-lite", tooltip, logLevel: 1,
      })
      .then((result) => drawn.set(plot, { spec, finalize: () => result.finalize() }))
      .catch((error) => { plot.textContent = ""; console.error(error); });
  };

  return { draw, redraw: () => { for (const [plot, { spec }] of drawn) draw(plot, spec); }, drawn: (plot) => drawn.has(plot) };
})();
