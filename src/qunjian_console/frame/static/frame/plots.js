// Draws every .plot of the page from the specification that follows it, when it comes near; again when the theme changes.
(() => {
  const draw = (plot) => window.qunjianCharts.draw(plot, JSON.parse(plot.nextElementSibling.textContent));
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      watcher.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "600px" });
  document.querySelectorAll(".plot").forEach((plot) => watcher.observe(plot));
  new MutationObserver(window.qunjianCharts.redraw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
})();
