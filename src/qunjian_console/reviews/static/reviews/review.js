// The review queue: one key per action, the next items fetched ahead, verdicts sent behind the reader's back in order.
(() => {
  const queue = document.getElementById("queue");
  if (!queue) return;
  const cards = document.getElementById("cards"), told = document.getElementById("told");
  const why = document.getElementById("why"), whyText = document.getElementById("why-text");
  const cover = document.getElementById("cover"), bar = queue.querySelector("progress");
  const csrf = document.querySelector("#csrf input").value;
  const total = Number(queue.dataset.total), AHEAD = 3, PATIENCE = 14 * 60 * 1000;
  let done = Number(queue.dataset.done), finished = false, fetching = null, going = 0, asking = "", paused = 0;
  let chain = Promise.resolve();          // verdicts reach the server in the order they were given
  const decided = [];                     // what can be taken back, the newest last
  const sending = new Set();              // items whose verdict is under way: the server may still call them open
  if (queue.dataset.last) decided.push({ undo: queue.dataset.last, seen: Number(queue.dataset.lastSeen), reload: true });

  const current = () => cards.querySelector(".review-card:not([hidden])");
  const tell = (text, bad = false) => {
    told.textContent = text;
    told.className = text ? `review-told alert ${bad ? "alert-danger" : "alert-success"}` : "review-told";
  };
  const post = (address, values, keep = false) => {
    const body = new URLSearchParams(values);
    return fetch(address, { method: "POST", body, keepalive: keep, headers: { "X-CSRFToken": csrf, Accept: "application/json" } });
  };
  const sleep = (time) => new Promise((wake) => setTimeout(wake, time));
  // The same token every time: a verdict that did arrive is not decided twice.
  const insist = async (address, values) => {
    for (let tries = 0; ; tries += 1) {
      try {
        const answer = await post(address, values, true);
        if (answer.status < 500) return answer;
      } catch { /* the network is away: again */ }
      if (tries === 3) return null;
      await sleep(500 * 2 ** tries);
    }
  };

  const count = () => { bar.value = done; document.getElementById("done").textContent = done; };
  const show = () => {
    if (!current()) cards.querySelector(".review-card")?.removeAttribute("hidden");
    const card = current();
    document.getElementById("wait").hidden = Boolean(card) || finished;
    document.getElementById("none").hidden = Boolean(card) || !finished;
    if (!card) return;
    if (!card.dataset.shown) { card.dataset.shown = "1"; restore(card); }
    steer(card);
    card.querySelector("#centre, .spoken-centre")?.scrollIntoView({ block: "nearest" });
    queue.dataset.showing = card.dataset.item;
  };
  const refill = async () => {
    if (fetching || finished || cards.children.length >= AHEAD) return;
    fetching = (async () => {
      const held = [...[...cards.children].map((card) => card.dataset.item), ...sending];
      const besides = held.map((item) => ["besides", item]);
      const answer = await insist(queue.dataset.next, [["want", AHEAD - cards.children.length], ...besides]);
      if (!answer?.ok || answer.redirected) { tell(queue.dataset.lost, true); await sleep(3000); return; }
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll(".review-card");
      const known = new Set([...held, ...sending, ...[...cards.children].map((card) => card.dataset.item)]);
      for (const card of fresh) if (!known.has(card.dataset.item)) cards.append(document.adoptNode(card));
      if (!fresh.length && !cards.children.length) { await chain; finished = true; }
    })();
    try { await fetching; } finally { fetching = null; }
    show();
    if (!cards.children.length && !finished) refill();
  };

  // What is filled in: note, marks, root causes.
  const filled = (card) => {
    const marks = {}, causes = {};
    for (const field of card.querySelectorAll(".review-mark:not([hidden])")) {
      const chosen = field.querySelector("input[type=radio]:checked");
      if (chosen) marks[field.dataset.mark] = chosen.value === "na" ? null : Number(chosen.value);
      const named = [...field.querySelectorAll(".review-causes:not([hidden]) input:checked")].map((box) => Number(box.value));
      if (named.length) causes[field.dataset.mark] = named;
    }
    return { reason: card.querySelector("[data-note]").value, marks, causes };
  };
  const restore = (card) => {
    let kept;
    try { kept = JSON.parse(card.dataset.draft || "{}"); } catch { kept = {}; }
    card.querySelector("[data-note]").value = kept.reason || "";
    for (const [name, level] of Object.entries(kept.marks || {})) {
      const field = card.querySelector(`.review-mark[data-mark="${CSS.escape(name)}"]`);
      const box = field?.querySelector(`input[value="${level === null ? "na" : Number(level)}"]`);
      if (box) box.checked = true;
    }
    for (const [name, all] of Object.entries(kept.causes || {}))
      for (const cause of all) {
        const box = card.querySelector(`.review-mark[data-mark="${CSS.escape(name)}"] .review-causes input[value="${Number(cause)}"]`);
        if (box) box.checked = true;
      }
  };
  // Which questions are asked, and where root causes are: the server checks the same when it scores.
  const steer = (card) => {
    const level = {};
    for (const field of card.querySelectorAll(".review-mark")) {
      const { when, least, most, mark, scale } = field.dataset;
      field.hidden = Boolean(when) && !(level[when] >= Number(least) && level[when] <= Number(most));
      const chosen = field.querySelector("input[type=radio]:checked");
      if (!field.hidden && chosen && chosen.value !== "na") level[mark] = Number(chosen.value);
      const causes = field.querySelector(".review-causes");
      if (causes) causes.hidden = !(level[mark] < (Number(scale) - 1) / 2);
    }
    const asked = [...card.querySelectorAll(".review-mark:not([hidden])")];
    if (asked.length && !asked.some((field) => field.classList.contains("review-active"))) activate(card, asked[0]);
  };
  const activate = (card, field) => {
    card.querySelectorAll(".review-active").forEach((other) => other.classList.remove("review-active"));
    field.classList.add("review-active");
    field.scrollIntoView({ block: "nearest" });
  };
  const step = (card, by) => {
    const asked = [...card.querySelectorAll(".review-mark:not([hidden])")];
    const at = asked.findIndex((field) => field.classList.contains("review-active"));
    const next = asked[Math.min(asked.length - 1, Math.max(0, at + by))];
    if (next) activate(card, next);
  };
  const mark = (card, key) => {
    const field = card.querySelector(".review-mark.review-active");
    const box = key === "0" ? field?.querySelector('input[value="na"]') : field?.querySelector(`input[value="${Number(key) - 1}"]`);
    if (!box) return false;
    box.checked = true;
    steer(card);
    keepDraft(card);
    step(card, 1);
    return true;
  };
  let writing = 0;
  const keepDraft = (card) => {
    clearTimeout(writing);
    writing = setTimeout(() => post(card.dataset.draftAt, { body: JSON.stringify(filled(card)) }).catch(() => {}), 800);
  };

  const decide = (act, verdict = "", reason = null) => {
    const card = current();
    if (!card) return;
    clearTimeout(writing);
    const said = filled(card);
    const values = {
      seen: card.dataset.version, token: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`,
      verdict, reason: [reason, said.reason].filter(Boolean).join("；"), marks: JSON.stringify(said.marks), causes: JSON.stringify(said.causes),
    };
    card.hidden = true;
    card.remove();
    done += 1;
    const entry = { card, undo: card.dataset.undo, seen: Number(card.dataset.version) + 1 };
    decided.push(entry);
    sending.add(card.dataset.item);
    tell("");
    count();
    show();
    entry.sent = chain = chain.then(async () => {
      const answer = await insist(act === "skip" ? card.dataset.skip : card.dataset.judge, values);
      sending.delete(card.dataset.item);
      const said = answer && answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
      if (answer?.ok && said) {
        entry.seen = said.version;
        if (said.score !== null && said.score !== undefined) tell(`${queue.dataset.scored} ${said.score.toFixed(1)}`);
        return true;
      }
      decided.splice(decided.indexOf(entry), 1);
      done -= 1;
      count();
      tell(said?.message ?? queue.dataset.lost, true);
      if (answer?.status === 409) { done += 1; count(); } else back(card);
      return false;
    });
    refill();
  };
  const back = (card) => {
    current()?.setAttribute("hidden", "");
    card.hidden = false;
    cards.prepend(card);
    finished = false;
    show();
  };
  const undo = async () => {
    const entry = decided.pop();
    if (!entry) { tell(queue.dataset.none, true); return; }
    if (entry.sent && !(await entry.sent)) return;
    const answer = await insist(entry.undo, { seen: entry.seen, token: crypto.randomUUID?.() ?? `${Date.now()}-undo-${Math.random().toString(36).slice(2)}` });
    const said = answer && answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
    if (!answer?.ok || !said) { tell(said?.message ?? queue.dataset.lost, true); return; }
    if (entry.reload) { location.reload(); return; }
    entry.card.dataset.version = said.version;
    done -= 1;
    count();
    back(entry.card);
    tell(queue.dataset.undone);
  };

  const ask = (act) => {
    if (!current()) return;
    asking = act;
    whyText.value = "";
    why.showModal();
  };
  const answerWhy = (reason) => {
    why.close();
    if (!reason.trim()) return;
    asking === "skip" ? decide("skip", "", reason) : decide("judge", "unsure", reason);
  };
  const act = (name, button) => {
    if (name === "confirmed" || name === "refuted") decide("judge", name);
    else if (name === "unsure" || name === "skip") ask(name);
    else if (name === "undo") undo();
    else if (name === "reason") current()?.querySelector("[data-note]").focus();
    else if (name === "blur") current()?.classList.toggle("review-blurred");
    else if (name === "pause") pause();
    else if (name === "leave") chain.then(() => button.form.requestSubmit(button));
  };
  const pause = () => {
    if (cover.open) { cover.close(); return; }
    paused = Date.now();
    document.body.classList.add("review-paused");
    cover.showModal();
  };
  cover.addEventListener("close", () => {
    document.body.classList.remove("review-paused");
    if (Date.now() - paused > PATIENCE) location.reload(); // others may have taken over what was held
  });

  queue.closest(".page").addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    event.preventDefault();
    act(button.dataset.do, button);
  });
  why.addEventListener("click", (event) => {
    const button = event.target.closest("[data-reason]");
    if (button) answerWhy(button.dataset.reason);
  });
  document.getElementById("why-form").addEventListener("submit", (event) => { event.preventDefault(); answerWhy(whyText.value); });
  document.getElementById("why-cancel").addEventListener("click", () => why.close());
  cards.addEventListener("change", () => { const card = current(); if (card) { steer(card); keepDraft(card); } });
  cards.addEventListener("input", (event) => { if (event.target.matches("[data-note]")) keepDraft(current()); });
  cards.addEventListener("click", (event) => {
    const field = event.target.closest(".review-mark");
    if (field) activate(current(), field);
    if (event.target.closest(".review-talk")) current().classList.remove("review-blurred");
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.getElementById("keys")?.open) return;
    const key = event.key.toLowerCase(), write = event.target.closest("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (write) { if (event.key === "Escape" && !why.open) write.blur(); return void (why.open && reasonByNumber(event, write)); }
    if (why.open) return reasonByNumber(event, null);
    if (key === "g") { going = Date.now(); return; }
    if (Date.now() - going < 1500) { going = 0; return; }
    const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (cover.open) { if (button?.dataset.do === "pause") { event.preventDefault(); cover.close(); } return; }
    const card = current();
    if (card && /^[0-9]$/.test(key) && mark(card, key)) { event.preventDefault(); return; }
    if (card && (key === "arrowdown" || key === "arrowup") && card.querySelector(".review-mark")) {
      event.preventDefault();
      step(card, key === "arrowdown" ? 1 : -1);
      return;
    }
    if (!button || event.repeat) return;
    event.preventDefault();
    act(button.dataset.do, button);
  });
  // In the list of reasons a digit chooses, unless something was written already.
  const reasonByNumber = (event, write) => {
    if (write && write.value) return;
    const button = why.querySelector(`[data-number="${CSS.escape(event.key)}"]`);
    if (button) { event.preventDefault(); answerWhy(button.dataset.reason); }
  };

  show();
  refill();
})();
