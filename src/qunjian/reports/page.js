"use strict";
(() => {
  const root = document.documentElement;
  const specs = JSON.parse(document.getElementById("charts").textContent);
  const draw = (plot) => qunjianCharts.draw(plot, specs[plot.dataset.chart]);

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
  button.hidden = false;
  button.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("qunjian-theme", root.dataset.theme); } catch { /* a file opened from disk may have none */ }
    qunjianCharts.redraw();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { if (!root.dataset.theme) qunjianCharts.redraw(); });

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
    for (const plot of plots) if (!qunjianCharts.drawn(plot)) draw(plot);
  });
  addEventListener("afterprint", () => { before.forEach((detail) => { detail.open = false; }); before.clear(); });
})();
