"use strict";
// Lets tables be sorted by their headings, filtered, and shown whole, in a report's page and in the console.
(() => {
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
        const language = document.documentElement.lang;
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
})();
