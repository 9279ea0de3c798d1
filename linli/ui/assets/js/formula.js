// The editor of a formula: names offered while one types, and the formula checked after each pause.
// A plain text area with a check button where there is no script.
const WAIT_MS = 400;
const MOST = 8;

// The end of what stands before the caret that some name begins with or contains: the longest that matches.
function match(text, names) {
  const tail = text.match(/[^\s+\-*/÷×,，;；=<>≥≤()（）[\]]*$/u)?.[0] ?? "";
  if (!tail) return { tail, found: [] };
  const starts = names.filter((one) => one.name.startsWith(tail) && one.name !== tail);
  const inside = names.filter((one) => !one.name.startsWith(tail) && (one.name.includes(tail) || one.about.includes(tail)));
  return { tail, found: [...starts, ...inside].slice(0, MOST) };
}

class Editor {
  constructor(form) {
    this.form = form;
    this.area = form.querySelector("textarea[name=formula]");
    this.told = form.querySelector("[data-formula-told]");
    this.names = [];
    this.found = [];
    this.at = -1;
    this.turn = 0;
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: `${this.area.id}_names`, className: "picker-list", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.area.after(this.list);
    Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id }).forEach(([name, value]) => this.area.setAttribute(name, value));
    this.area.addEventListener("input", () => this.typed());
    this.area.addEventListener("keydown", (event) => this.key(event));
    this.area.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (event) => this.pick(event));
  }

  async load() {
    const answer = await fetch(this.form.dataset.names, { headers: { Accept: "application/json" } });
    if (answer.ok) this.names = (await answer.json()).names;
    if (document.activeElement === this.area) this.typed(); // what was typed while the names were on their way
  }

  typed() {
    const { tail, found } = match(this.area.value.slice(0, this.area.selectionStart), this.names);
    this.tail = tail;
    this.show(found);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), WAIT_MS);
  }

  show(found) {
    this.found = found;
    this.at = -1;
    this.list.hidden = !found.length;
    this.area.setAttribute("aria-expanded", String(Boolean(found.length)));
    this.area.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(...found.map((one, index) => {
      const row = document.createElement("li");
      row.id = `${this.list.id}_${index}`;
      row.className = "picker-option";
      row.setAttribute("role", "option");
      row.dataset.index = String(index);
      const name = document.createElement("span");
      name.textContent = one.name;
      const about = document.createElement("small");
      about.className = "muted";
      about.textContent = ` ${one.kind} · ${one.about}`;
      row.append(name, about);
      return row;
    }));
  }

  key(event) {
    if (this.list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.move(step);
    else if (event.key === "Enter" || event.key === "Tab") {
      if (this.at < 0) { this.close(); return; }
      this.take(this.at);
    } else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  move(step) {
    this.at = (this.at + step + this.found.length) % this.found.length;
    [...this.list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === this.at)));
    this.area.setAttribute("aria-activedescendant", this.list.children[this.at].id);
  }

  pick(event) {
    const row = event.target.closest("[data-index]");
    if (!row) return;
    event.preventDefault();
    this.take(Number(row.dataset.index));
  }

  take(index) {
    const { name } = this.found[index];
    const caret = this.area.selectionStart;
    this.area.setRangeText(name, caret - this.tail.length, caret, "end");
    this.close();
    this.area.focus();
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
  }

  close() { this.show([]); }

  async check() {
    const turn = ++this.turn;
    const asked = new URLSearchParams({ formula: this.area.value, draft: this.form.dataset.of });
    const answer = await fetch(`${this.form.dataset.check}?${asked}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || turn !== this.turn) return;
    const told = await answer.json();
    const where = this.form.dataset.where.replace("{line}", told.line).replace("{column}", told.column);
    this.told.textContent = told.ok ? this.form.dataset.right + told.words : where + told.message;
    this.told.className = told.ok ? "muted" : "invalid-feedback d-block";
    this.area.setAttribute("aria-invalid", String(!told.ok));
  }
}

export function startFormula() {
  for (const form of document.querySelectorAll("form[data-formula]")) {
    const editor = new Editor(form);
    editor.load();
  }
}
