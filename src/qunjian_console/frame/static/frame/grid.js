// Grids: a text area that holds what a spreadsheet would paste becomes a table to type, copy and paste in.
// Only the rows in view are drawn, so that twenty thousand words are as quick as twenty.
(() => {
  const HEIGHT = 34, SPARE = 12;

  const parse = (text) => {
    const rows = [];
    let row = [], cell = "", quoted = false, begun = false;
    const plain = text.replace(/\r\n?/g, "\n");
    if (!plain.includes('"')) {
      for (const line of plain.split("\n")) rows.push(line.split("\t"));
    } else {
      for (let place = 0; place < plain.length; place += 1) {
        const char = plain[place];
        if (quoted) {
          if (char === '"' && plain[place + 1] === '"') { cell += '"'; place += 1; }
          else if (char === '"') quoted = false;
          else cell += char;
        } else if (char === '"' && !begun) { quoted = true; begun = true; }
        else if (char === "\t") { row.push(cell); cell = ""; begun = false; }
        else if (char === "\n") { row.push(cell); rows.push(row); row = []; cell = ""; begun = false; }
        else { cell += char; begun = true; }
      }
      row.push(cell);
      rows.push(row);
    }
    const last = rows[rows.length - 1];
    if (last && last.length === 1 && last[0] === "") rows.pop();
    return rows;
  };
  const quote = (cell) => (/[\t\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const write = (rows) => rows.map((row) => row.map(quote).join("\t")).join("\n");

  class Grid {
    constructor(box) {
      this.box = box;
      this.source = box.querySelector("textarea");
      this.columns = JSON.parse(box.dataset.columns);
      this.fixed = "fixed" in box.dataset;
      this.rows = parse(this.source.value).map((row) => this.shaped(row));
      this.marks = new Map();
      this.at = { row: 0, column: 0 };
      this.from = { row: 0, column: 0 };
      this.past = [];
      this.editor = null;
      this.build();
      this.mark(JSON.parse(box.dataset.marks || "[]"));
      this.draw();
    }

    shaped(row) {
      return this.columns.map((column, place) => this.meant(column, (row[place] ?? "").trim()));
    }

    meant(column, text) {
      const choice = column.choices.find(([value, title]) => value === text || title === text);
      return choice ? choice[0] : text;
    }

    build() {
      this.source.hidden = true;
      this.view = document.createElement("div");
      this.view.className = "grid-view";
      this.table = document.createElement("table");
      this.table.className = "table table-sm grid-table";
      this.table.setAttribute("role", "grid");
      this.table.setAttribute("aria-labelledby", this.source.getAttribute("aria-labelledby"));
      this.table.setAttribute("aria-multiselectable", "true");
      const head = this.table.createTHead().insertRow();
      head.setAttribute("role", "row");
      const corner = document.createElement("th");
      corner.setAttribute("role", "columnheader");
      corner.setAttribute("scope", "col");
      corner.textContent = "#";
      head.append(corner);
      for (const column of this.columns) {
        const cell = document.createElement("th");
        cell.setAttribute("role", "columnheader");
        cell.setAttribute("scope", "col");
        cell.textContent = column.title;
        cell.style.minWidth = `${column.width}ch`;
        if (column.kind === "number") cell.className = "number";
        head.append(cell);
      }
      this.above = this.table.createTBody();
      this.body = this.table.createTBody();
      this.below = this.table.createTBody();
      for (const part of [this.above, this.below]) {
        part.setAttribute("role", "presentation");
        const row = part.insertRow();
        row.setAttribute("role", "presentation");
        row.insertCell().setAttribute("role", "presentation");
        row.cells[0].className = "grid-space";
      }
      this.view.append(this.table);
      this.source.before(this.view);
      this.box.querySelector("[data-grid-tools]").hidden = false;
      this.view.addEventListener("scroll", () => this.draw(), { passive: true });
      this.table.addEventListener("keydown", (event) => this.key(event));
      this.table.addEventListener("mousedown", (event) => this.press(event));
      this.table.addEventListener("mouseover", (event) => this.drag(event));
      this.table.addEventListener("focusin", (event) => {
        const cell = event.target.closest("td[data-row]");
        const row = Number(cell?.dataset.row), column = Number(cell?.dataset.column);
        if (cell && !this.editor && (row !== this.at.row || column !== this.at.column)) this.move(row, column);
      });
      this.table.addEventListener("dblclick", () => this.edit());
      this.table.addEventListener("copy", (event) => this.copy(event));
      this.table.addEventListener("cut", (event) => { if (this.copy(event)) this.clear(); });
      this.table.addEventListener("paste", (event) => this.paste(event));
      this.box.querySelector("[data-grid-add]")?.addEventListener("click", () => this.add());
      this.box.querySelector("[data-grid-delete]")?.addEventListener("click", () => this.remove());
      this.box.querySelector("[data-grid-undo]").addEventListener("click", () => this.undo());
      this.box.addEventListener("click", (event) => {
        const link = event.target.closest("[data-grid-goto]");
        if (link) { const [row, column] = link.dataset.gridGoto.split(":").map(Number); this.move(row, column); }
      });
      if (!this.rows.length && !this.fixed) this.rows.push(this.shaped([]));
    }

    mark(marks) {
      this.marks.clear();
      for (const [row, column, kind, said] of marks) this.marks.set(`${row}:${column ?? 0}`, { kind, said });
    }

    // Drawing -------------------------------------------------------------------------------------------------------
    draw() {
      const tall = this.view.clientHeight || 480;
      const first = Math.max(0, Math.floor(this.view.scrollTop / HEIGHT) - SPARE);
      const after = Math.min(this.rows.length, first + Math.ceil(tall / HEIGHT) + 2 * SPARE);
      if (this.editor && this.drawn && this.at.row >= first && this.at.row < after) return;
      const focused = this.body.contains(document.activeElement);
      this.drawn = [first, after];
      this.space(this.above, first);
      this.space(this.below, this.rows.length - after);
      this.table.setAttribute("aria-rowcount", String(this.rows.length + 1));
      const part = document.createDocumentFragment();
      for (let number = first; number < after; number += 1) part.append(this.line(number));
      this.body.replaceChildren(part);
      this.box.querySelector("[data-grid-count]").textContent = this.box.dataset.sayRows.replace("{n}", this.rows.length.toLocaleString());
      if (focused) this.cell(this.at.row, this.at.column)?.focus({ preventScroll: true });
    }

    // Shows the selection in the cells that are there; a cell that is replaced would lose clicks and focus.
    paint() {
      const { top, bottom, left, right } = this.range();
      for (const cell of this.body.querySelectorAll("td")) {
        const row = Number(cell.dataset.row), column = Number(cell.dataset.column);
        cell.tabIndex = row === this.at.row && column === this.at.column ? 0 : -1;
        cell.setAttribute("aria-selected", String(row >= top && row <= bottom && column >= left && column <= right));
      }
    }

    space(part, rows) {
      part.hidden = !rows;
      part.rows[0].cells[0].colSpan = this.columns.length + 1;
      part.rows[0].cells[0].style.height = `${rows * HEIGHT}px`;
    }

    line(number) {
      const line = document.createElement("tr");
      line.setAttribute("role", "row");
      line.setAttribute("aria-rowindex", String(number + 2));
      const head = document.createElement("th");
      head.setAttribute("role", "rowheader");
      head.setAttribute("scope", "row");
      head.textContent = String(number + 1);
      line.append(head);
      this.columns.forEach((column, place) => {
        const cell = document.createElement("td");
        cell.setAttribute("role", "gridcell");
        cell.dataset.row = number;
        cell.dataset.column = place;
        cell.tabIndex = number === this.at.row && place === this.at.column ? 0 : -1;
        const value = this.rows[number][place];
        cell.textContent = column.choices.find(([known]) => known === value)?.[1] ?? value;
        if (column.kind === "number") cell.classList.add("number");
        if (column.kind === "shown") cell.setAttribute("aria-readonly", "true");
        cell.setAttribute("aria-selected", String(this.selected(number, place)));
        const mark = this.marks.get(`${number}:${place}`);
        if (mark) {
          cell.classList.add(`grid-${mark.kind}`);
          if (mark.said) cell.title = mark.said;
          if (mark.kind === "bad") cell.setAttribute("aria-invalid", "true");
        }
        line.append(cell);
      });
      return line;
    }

    cell(row, column) { return this.body.querySelector(`td[data-row="${row}"][data-column="${column}"]`); }

    range() {
      return {
        top: Math.min(this.at.row, this.from.row), bottom: Math.max(this.at.row, this.from.row),
        left: Math.min(this.at.column, this.from.column), right: Math.max(this.at.column, this.from.column),
      };
    }

    selected(row, column) {
      const { top, bottom, left, right } = this.range();
      return row >= top && row <= bottom && column >= left && column <= right;
    }

    move(row, column, extend = false, focus = true) {
      this.at = {
        row: Math.max(0, Math.min(this.rows.length - 1, row)),
        column: Math.max(0, Math.min(this.columns.length - 1, column)),
      };
      if (!extend) this.from = { ...this.at };
      const top = this.at.row * HEIGHT, tall = this.view.clientHeight - 2 * HEIGHT;
      if (top < this.view.scrollTop) this.view.scrollTop = top;
      else if (top > this.view.scrollTop + tall) this.view.scrollTop = top - tall;
      if (this.cell(this.at.row, this.at.column)) this.paint();
      else this.draw();
      const cell = this.cell(this.at.row, this.at.column);
      if (focus) { cell?.focus({ preventScroll: true }); cell?.scrollIntoView({ block: "nearest", inline: "nearest" }); }
    }

    // Changing ------------------------------------------------------------------------------------------------------
    change(rows) {
      this.past.push(this.rows);
      if (this.past.length > 100) this.past.shift();
      this.rows = rows;
      this.told();
    }

    told() {
      this.box.querySelector("[data-grid-undo]").disabled = !this.past.length;
      this.marks.clear();
      this.source.value = write(this.rows);
      this.drawn = null;
      this.draw();
      this.move(this.at.row, this.at.column, true, this.table.contains(document.activeElement));
      this.source.dispatchEvent(new Event("input", { bubbles: true }));
    }

    undo() {
      if (!this.past.length) return;
      this.rows = this.past.pop();
      this.told();
    }

    with(changes) {
      const rows = this.rows.slice();
      for (const [row, column, value] of changes) {
        if (this.columns[column].kind === "shown") continue;
        if (rows[row] === this.rows[row]) rows[row] = rows[row].slice();
        rows[row][column] = this.meant(this.columns[column], value.trim());
      }
      return rows;
    }

    clear() {
      const { top, bottom, left, right } = this.range();
      const changes = [];
      for (let row = top; row <= bottom; row += 1) for (let column = left; column <= right; column += 1) changes.push([row, column, ""]);
      this.change(this.with(changes));
    }

    add() {
      const rows = this.rows.slice();
      const place = Math.min(rows.length, this.at.row + 1);
      rows.splice(rows.length ? place : 0, 0, this.shaped([]));
      this.change(rows);
      this.move(rows.length > 1 ? place : 0, 0);
    }

    remove() {
      const { top, bottom } = this.range();
      const rows = this.rows.slice();
      rows.splice(top, bottom - top + 1);
      if (!rows.length) rows.push(this.shaped([]));
      this.from = this.at = { row: Math.min(top, rows.length - 1), column: this.at.column };
      this.change(rows);
      this.move(this.at.row, this.at.column);
    }

    copy(event) {
      if (this.editor) return false;
      const { top, bottom, left, right } = this.range();
      event.clipboardData.setData("text/plain", write(this.rows.slice(top, bottom + 1).map((row) => row.slice(left, right + 1))));
      event.preventDefault();
      return true;
    }

    paste(event) {
      const text = event.clipboardData.getData("text/plain");
      if (this.editor && !/[\t\n]/.test(text.replace(/\n$/, ""))) return;
      event.preventDefault();
      this.stop(false);
      let pasted = parse(text);
      if (!pasted.length) return;
      const rows = this.rows.slice();
      const { top, left } = this.range();
      if (this.fixed) pasted = pasted.slice(0, rows.length - top);
      for (let number = 0; number < pasted.length; number += 1) {
        const row = top + number;
        const cells = row < rows.length ? rows[row].slice() : this.shaped([]);
        for (let place = 0; place < pasted[number].length && left + place < this.columns.length; place += 1) {
          const column = this.columns[left + place];
          if (column.kind !== "shown") cells[left + place] = this.meant(column, pasted[number][place].trim());
        }
        rows[row] = cells;
      }
      this.change(rows);
      this.from = { row: top, column: left };
      this.move(Math.min(top + pasted.length, rows.length) - 1, left, true);
    }

    // Editing one cell ----------------------------------------------------------------------------------------------
    edit(start) {
      const column = this.columns[this.at.column], cell = this.cell(this.at.row, this.at.column);
      if (!cell || column.kind === "shown" || this.editor) return;
      const value = this.rows[this.at.row][this.at.column];
      this.editor = document.createElement(column.choices.length ? "select" : "input");
      if (column.choices.length) {
        for (const [known, title] of [["", ""], ...column.choices.filter(([known]) => known)]) this.editor.add(new Option(title, known));
        this.editor.value = value;
      } else {
        this.editor.value = start ?? value;
        if (column.kind === "number") this.editor.inputMode = "decimal";
      }
      this.editor.className = "grid-editor";
      this.editor.setAttribute("aria-label", `${column.title} ${this.box.dataset.sayRow.replace("{n}", this.at.row + 1)}`);
      cell.replaceChildren(this.editor);
      this.editor.addEventListener("blur", () => this.stop(true));
      this.editor.focus();
      this.editor.select?.();
      if (start !== undefined) this.editor.setSelectionRange?.(start.length, start.length);
    }

    stop(keep) {
      const editor = this.editor;
      if (!editor) return;
      this.editor = null;
      if (keep && editor.value !== this.rows[this.at.row][this.at.column]) {
        this.change(this.with([[this.at.row, this.at.column, editor.value]]));
      } else this.draw();
    }

    key(event) {
      const { row, column } = this.at;
      const command = event.ctrlKey || event.metaKey;
      if (this.editor) {
        if (event.isComposing) return;
        if (event.key === "Enter" || event.key === "Tab") {
          event.preventDefault();
          this.stop(true);
          if (event.key === "Tab") this.move(row, column + (event.shiftKey ? -1 : 1));
          else { if (row === this.rows.length - 1 && !this.fixed) this.grow(); this.move(row + 1, column); }
        } else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); this.stop(false); this.move(row, column); }
        return;
      }
      const page = Math.max(1, Math.floor(this.view.clientHeight / HEIGHT) - 2);
      const steps = {
        ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-page, 0], PageDown: [page, 0],
      };
      if (steps[event.key]) {
        event.preventDefault();
        const far = command ? this.rows.length : 1;
        this.move(row + steps[event.key][0] * far, column + steps[event.key][1] * far, event.shiftKey);
      } else if (event.key === "Home" || event.key === "End") {
        event.preventDefault();
        const end = event.key === "End";
        this.move(command ? (end ? this.rows.length : 0) : row, end ? this.columns.length : 0, event.shiftKey);
      } else if (command && event.key.toLowerCase() === "z") { event.preventDefault(); this.undo(); }
      else if (command && event.key.toLowerCase() === "a") {
        event.preventDefault();
        this.from = { row: 0, column: 0 };
        this.move(this.rows.length, this.columns.length, true);
      } else if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); this.clear(); }
      else if (event.key === "Enter" || event.key === "F2") { event.preventDefault(); this.edit(); }
      else if (event.keyCode === 229) this.edit(""); // an input method begins: its text goes into the cell
      else if (event.key.length === 1 && !command && !event.altKey) { event.preventDefault(); event.stopPropagation(); this.edit(event.key); }
    }

    grow() { this.rows = [...this.rows, this.shaped([])]; }

    press(event) {
      const cell = event.target.closest("td[data-row]");
      if (!cell || event.target.closest(".grid-editor")) return;
      this.stop(true);
      event.preventDefault();
      this.move(Number(cell.dataset.row), Number(cell.dataset.column), event.shiftKey);
    }

    drag(event) {
      const cell = event.target.closest("td[data-row]");
      if (cell && event.buttons === 1 && !this.editor) this.move(Number(cell.dataset.row), Number(cell.dataset.column), true);
    }
  }

  const grids = new Map();
  document.querySelectorAll("[data-grid]").forEach((box) => grids.set(box.dataset.name, new Grid(box)));
  // A button marked data-grid-put="name" adds its data-value to that grid as a row.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-grid-put]");
    if (!button) return;
    const grid = grids.get(button.dataset.gridPut);
    grid.change([...grid.rows.filter((row) => row.some((cell) => cell)), grid.shaped([button.dataset.value])]);
    button.remove();
  });
  // What an answer says of cells: <… data-grid-marks="name" data-marks="[[row, column, kind, text], …]">.
  document.addEventListener("drawn", () => {
    document.querySelectorAll("[data-grid-marks]").forEach((said) => {
      const grid = grids.get(said.dataset.gridMarks);
      if (!grid) return;
      grid.mark(JSON.parse(said.dataset.marks));
      if (!grid.editor) grid.draw();
    });
  });
})();
