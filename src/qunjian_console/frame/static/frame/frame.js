// What every page can do: keyboard help, jumps, one submission per click, live parts, copying.
(() => {
  const keys = document.getElementById("keys");
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  let going = 0;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "?" && keys) {
      keys.open ? keys.close() : keys.showModal();
      event.preventDefault();
    } else if (event.key === "/") {
      const box = document.querySelector("[data-search]");
      if (box) { box.focus(); event.preventDefault(); }
    } else if (event.key === "g") {
      going = Date.now();
    } else if (going && Date.now() - going < 1500) {
      going = 0;
      const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (link) location.assign(link.href);
    }
  });

  document.addEventListener("submit", (event) => {
    const ask = event.submitter?.dataset.ask;
    if (ask && !confirm(ask)) { event.preventDefault(); return; }
    if (event.target.method !== "post") return;
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "1";
    event.submitter?.classList.add("btn-loading");
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent);
    document.querySelectorAll(".btn-loading").forEach((button) => button.classList.remove("btn-loading"));
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    source.select?.();
    navigator.clipboard?.writeText(source.value ?? source.textContent);
  });

  // A part marked data-live="seconds" is fetched anew from this address until it comes without that mark;
  // with data-whole the page is then loaded anew, for what stands outside that part.
  const renew = async (part) => {
    try {
      const answer = await fetch(part.dataset.liveAddress || location.href, { headers: { "X-Live": part.id } });
      if (answer.redirected || !answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
      if (part.hasAttribute("data-whole") && !fresh?.dataset.live) { location.reload(); return; }
      if (!fresh) return;
      part.replaceWith(document.adoptNode(fresh));
      watch(fresh);
    } catch { watch(part); }
  };
  const watch = (part) => {
    if (part.dataset.live) setTimeout(() => renew(part), 1000 * Number(part.dataset.live));
  };
  document.querySelectorAll("[data-live]").forEach(watch);

  // A button marked data-send-into="part" sends its form to data-address; the part is drawn from the answer.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-send-into]");
    if (!button) return;
    const form = button.form || document.querySelector("form[data-while-typing]");
    button.classList.add("btn-loading");
    const answer = await fetch(button.dataset.address, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(button.dataset.sendInto);
    button.classList.remove("btn-loading");
    if (!fresh) return;
    document.getElementById(button.dataset.sendInto).replaceWith(document.adoptNode(fresh));
    watch(fresh);
  });
})();
