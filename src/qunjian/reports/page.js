"use strict";
(() => {
  const root = document.documentElement;
  const specs = JSON.parse(document.getElementById("charts").textContent);
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
  const draw = (plot) => {
    const spec = specs[plot.dataset.chart];
    if (!spec || typeof window.vegaEmbed !== "function") return Promise.resolve();
    const before = drawn.get(plot);
    drawn.set(plot, true);
    if (before && before.finalize) before.finalize();
    return window
      .vegaEmbed(plot, painted(spec), {
        ast: true, actions: false, renderer: "svg", defaultStyle: false, mode: "vega-lite", tooltip, logLevel: 1,
      })
      .then((result) => drawn.set(plot, result))
      .catch((error) => { plot.textContent = ""; console.error(error); });
  };

  const plots = [...document.querySelectorAll(".plot[data-chart]")];
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      watcher.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "800px" });
  plots.forEach((plot) => watcher.observe(plot));

  const button = document.querySelector(".theme");
  const stored = (() => { try { return localStorage.getItem("qunjian-theme"); } catch { return null; } })();
  if (stored === "dark" || stored === "light") root.dataset.theme = stored;
  const redraw = () => { for (const plot of drawn.keys()) draw(plot); };
  button.hidden = false;
  button.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("qunjian-theme", root.dataset.theme); } catch { /* a file opened from disk may have none */ }
    redraw();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { if (!root.dataset.theme) redraw(); });

  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const key = document.createElement("button");
      key.type = "button";
      key.append(...head.childNodes);
      head.append(key);
      key.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "descending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "ascending" : "descending");
        const body = table.tBodies[0];
        const value = (row) => {
          const cell = row.cells[column];
          return cell.dataset.v === undefined ? cell.textContent.trim() : cell.dataset.v === "" ? null : Number(cell.dataset.v);
        };
        const rows = [...body.rows].map((row, at) => ({ row, at, value: value(row) }));
        const language = root.lang;
        rows.sort((a, b) => {
          if (a.value === null || b.value === null) return (a.value === null) - (b.value === null) || a.at - b.at;
          const order = typeof a.value === "number" && typeof b.value === "number"
            ? a.value - b.value : String(a.value).localeCompare(String(b.value), language);
          return (down ? order : -order) || a.at - b.at;
        });
        body.append(...rows.map((entry) => entry.row));
        [...body.rows].forEach((row, at) => row.classList.toggle("more", at >= 30));
      });
    });
  }
  for (const input of document.querySelectorAll(".tablehead input")) {
    const table = input.closest(".card").querySelector("table");
    input.hidden = false;
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      table.classList.toggle("all", wanted !== "" || table.dataset.all === "1");
      for (const row of table.tBodies[0].rows)
        row.classList.toggle("filtered", wanted !== "" && !row.textContent.toLowerCase().includes(wanted));
    });
  }
  for (const more of document.querySelectorAll(".showall")) {
    more.hidden = false;
    more.addEventListener("click", () => {
      const table = more.closest(".card").querySelector("table");
      table.classList.add("all");
      table.dataset.all = "1";
      more.remove();
    });
  }

  const open = (target) => {
    for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
  };
  const follow = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target) { open(target); target.scrollIntoView(); }
  };
  addEventListener("hashchange", follow);
  follow();

  const links = new Map([...document.querySelectorAll("nav.contents a")].map((link) => [link.hash.slice(1), link]));
  const spy = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      links.forEach((link) => link.classList.remove("here"));
      const link = links.get(entry.target.id);
      if (!link) continue;
      link.classList.add("here");
      const list = link.closest("nav").querySelector("ol");
      if (list.scrollWidth > list.clientWidth) list.scrollTo({ left: link.offsetLeft - 40 });
    }
  }, { rootMargin: "-15% 0px -75% 0px" });
  document.querySelectorAll("section.part").forEach((part) => spy.observe(part));

  const before = new Set();
  addEventListener("beforeprint", () => {
    for (const detail of document.querySelectorAll("details:not([open])")) { before.add(detail); detail.open = true; }
    for (const plot of plots) if (!drawn.has(plot)) draw(plot);
  });
  addEventListener("afterprint", () => { before.forEach((detail) => { detail.open = false; }); before.clear(); });
})();
