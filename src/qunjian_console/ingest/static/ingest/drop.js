// Sends dropped or chosen files, many small ones together, and goes on looking at files until all were looked at.
(() => {
  const form = document.getElementById("drop");
  const BATCH_FILES = 100, BATCH_BYTES = 32 * 2 ** 20;
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;
  const say = (id, words) => { const box = document.getElementById(id); box.textContent = words; box.classList.toggle("d-none", !words); };

  const post = (address, body, moved) => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token());
    request.upload.onprogress = (event) => moved?.(event.loaded);
    request.onload = () => { try { resolve(JSON.parse(request.responseText)); } catch { reject(request.status); } };
    request.onerror = () => reject(0);
    request.send(body);
  });

  const batches = (files) => {
    const made = [];
    let batch = [], size = 0;
    for (const each of files) {
      if (batch.length && (batch.length >= BATCH_FILES || size + each.file.size > BATCH_BYTES)) { made.push(batch); batch = []; size = 0; }
      batch.push(each); size += each.file.size;
    }
    if (batch.length) made.push(batch);
    return made;
  };

  const wanted = (files) => {
    const out = new Set(form.dataset.leftOut.split(" "));
    return files.filter(({ file }) => !out.has(file.name.slice(file.name.lastIndexOf(".")).toLowerCase()));
  };

  const send = async (found) => {
    const files = wanted(found);
    say("drop-error", "");
    if (!files.length) { say("drop-error", form.dataset.nothing); return; }
    if (files.length > Number(form.dataset.mostFiles)) { say("drop-error", form.dataset.tooMany); return; }
    const large = files.find(({ file }) => file.size > Number(form.dataset.mostBytes));
    if (large) { say("drop-error", form.dataset.tooLarge + large.path); return; }
    const state = document.getElementById("drop-state"), bar = document.getElementById("drop-progress");
    state.classList.remove("d-none");
    const total = files.reduce((sum, { file }) => sum + file.size, 0) || 1;
    let sent = 0, address = form.action, page = "";
    const told = (bytes) => {
      bar.value = Math.min(1, (sent + bytes) / total);
      document.getElementById("drop-words").textContent = `${Math.floor(100 * bar.value)} % · ${((sent + bytes) / 2 ** 20).toFixed(1)} / ${(total / 2 ** 20).toFixed(1)} MB`;
    };
    const all = batches(files);
    try {
      for (const [number, batch] of all.entries()) {
        const body = new FormData();
        batch.forEach(({ path }, place) => body.append(`p${place}`, path));
        if (number < all.length - 1) body.append("more", "1");
        batch.forEach(({ file }, place) => body.append(`f${place}`, file));
        const answer = await post(address, body, told);
        if (answer.error) { say("drop-error", answer.error); state.classList.add("d-none"); return; }
        sent += batch.reduce((sum, { file }) => sum + file.size, 0);
        page = answer.page;
        if (page.includes("/uploads/")) address = `${page}files/`;
      }
      document.getElementById("drop-words").textContent = form.dataset.stored;
      location.assign(page);
    } catch {
      say("drop-error", form.dataset.failed);
      state.classList.add("d-none");
      if (page) location.assign(page);
    }
  };

  const plain = (list) => [...list].map((file) => ({ file, path: file.webkitRelativePath || file.name }));

  const below = async (entry, path) => {
    if (entry.isFile) return [{ file: await new Promise((done, failed) => entry.file(done, failed)), path: path + entry.name }];
    const reader = entry.createReader(), found = [];
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) return found;
      for (const each of some) found.push(...await below(each, `${path}${entry.name}/`));
    }
  };

  if (form) {
    const folder = document.getElementById("folder"), button = document.getElementById("folder-button");
    const files = document.getElementById("files"), choose = document.getElementById("files-button");
    for (const each of [button, choose]) each.classList.remove("d-none");
    for (const name of ["drop-send", "files-plain"]) document.getElementById(name).classList.add("d-none");
    files.addEventListener("change", () => send(plain(files.files)));
    choose.addEventListener("click", () => files.click());
    folder.addEventListener("change", () => send(plain(folder.files)));
    button.addEventListener("click", () => folder.click());
    form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
    form.addEventListener("dragleave", () => form.classList.remove("over"));
    form.addEventListener("drop", async (event) => {
      event.preventDefault();
      form.classList.remove("over");
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
      const files = plain(event.dataTransfer.files);
      if (!entries.length) { send(files); return; }
      try {
        const found = [];
        for (const entry of entries) found.push(...await below(entry, ""));
        send(found);
      } catch { send(files); }
    });
  }

  const waiting = document.getElementById("examine");
  if (waiting) (async () => {
    const words = waiting.querySelector("[role=status]");
    for (;;) {
      const answer = await post(waiting.action, new FormData(waiting)).catch(() => null);
      if (!answer) return;
      if (!answer.left) { location.reload(); return; }
      words.textContent = words.textContent.replace(/[\d,]+/, answer.left.toLocaleString("en"));
    }
  })();
})();
