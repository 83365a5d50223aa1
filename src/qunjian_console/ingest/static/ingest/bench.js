// Tries what is marked shortly after each change, keeps the focus, and puts each fault beside its control.
(() => {
  const form = document.getElementById("bench"), live = document.getElementById("bench-live");
  let waiting = 0, asked = 0;

  const fit = () => {
    const kind = document.getElementById("id_format").value;
    form.querySelectorAll("[data-formats]").forEach((part) => part.classList.toggle("d-none", !part.dataset.formats.split(" ").includes(kind)));
  };

  const faults = () => {
    form.querySelectorAll("[id$=_fault]").forEach((box) => { box.textContent = ""; });
    form.querySelectorAll(".is-invalid").forEach((box) => box.classList.remove("is-invalid"));
    live.querySelectorAll("[data-fault]").forEach((fault) => {
      const box = document.getElementById(`${fault.dataset.fault}_fault`);
      if (!box) return;
      box.textContent = fault.textContent;
      document.getElementById(fault.dataset.fault)?.classList.add("is-invalid");
      fault.remove();
    });
  };

  const attempt = async () => {
    const mine = ++asked, focused = document.activeElement?.id;
    live.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.attempt, { method: "POST", body: new FormData(form) });
      if (mine !== asked || !answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      live.replaceChildren(...[...fresh.body.childNodes].map((node) => document.adoptNode(node)));
      faults();
      if (focused && live.contains(document.getElementById(focused))) document.getElementById(focused).focus();
    } catch { /* the next change tries again */ } finally { live.removeAttribute("aria-busy"); }
  };
  const soon = (pause) => { clearTimeout(waiting); waiting = setTimeout(attempt, pause); };

  form.addEventListener("input", (event) => { if (event.target.id !== "id_title") soon(400); });
  form.addEventListener("change", (event) => {
    if (event.target.id === "template" && event.target.value) document.getElementById("id_start").value = event.target.value;
    fit();
    soon(50);
  });
  live.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-form]");
    if (!chosen) return;
    document.getElementById("id_form").value = chosen.dataset.form;
    soon(0);
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.id !== "try") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    soon(0);
  }, true);
  fit();
  faults();
})();
