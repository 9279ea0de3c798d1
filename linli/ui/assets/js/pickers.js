// Pickers for a place, a person and a period. Without script each is a plain select or text field.

// A combobox over a list that the server answers with: GET src?q=… → [{value, title, note}].
export function searchPicker() {
  return {
    found: [], at: -1, open: false, asked: 0,
    get input() { return this.$refs.words; },
    async ask() {
      const query = this.input.value.trim();
      this.$refs.value.value = "";
      if (!query) return this.close();
      const turn = ++this.asked;
      const answer = await fetch(`${this.$root.dataset.src}?q=${encodeURIComponent(query)}`, { headers: { Accept: "application/json" } });
      if (turn !== this.asked || !answer.ok) return undefined;
      this.found = (await answer.json()).map((row, index) => ({ ...row, id: `${this.input.id}-option-${index}` }));
      this.at = -1;
      this.open = true;
      return undefined;
    },
    move(step) {
      if (!this.open || !this.found.length) return;
      this.at = (this.at + step + this.found.length) % this.found.length;
    },
    down() { this.move(1); },
    up() { this.move(-1); },
    isAt(index) { return this.at === index ? "true" : "false"; },
    get expanded() { return this.open ? "true" : "false"; },
    get active() { return this.open && this.at >= 0 ? this.found[this.at].id : ""; },
    get nothing() { return this.open && this.found.length === 0; },
    get some() { return this.open && this.found.length > 0; },
    take(row) {
      this.input.value = row.title;
      this.$refs.value.value = row.value;
      this.close();
      this.$dispatch("linli:picked", row);
      if ("goes" in this.$root.dataset) location.assign(row.value); // a search: the value is the page itself
    },
    enter(event) {
      if (!this.open || this.at < 0) return;
      event.preventDefault();
      this.take(this.found[this.at]);
    },
    close() { this.open = false; this.found = []; this.at = -1; },
  };
}

// Year, quarter or month; the hidden field carries 2026, 2026-Q3 or 2026-09.
export function periodPicker() {
  return {
    kind: "month",
    init() {
      const value = this.$refs.value.value;
      this.kind = /Q/.test(value) ? "quarter" : value.includes("-") ? "month" : "year";
      this.$refs.kind.value = this.kind;
      const part = value.match(/(\d+)$/);
      if (this.kind !== "year" && part) this.$refs[this.kind].value = String(Number(part[1]));
    },
    get isQuarter() { return this.kind === "quarter"; },
    get isMonth() { return this.kind === "month"; },
    change() {
      this.kind = this.$refs.kind.value;
      const year = this.$refs.year.value;
      const part = { year: "", quarter: `-Q${this.$refs.quarter.value}`, month: `-${this.$refs.month.value.padStart(2, "0")}` }[this.kind];
      this.$refs.value.value = year + part;
    },
  };
}
