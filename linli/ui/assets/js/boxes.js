// Boxes drawn on a picture, written as lines "left top right bottom" (percent) into the field beside it.
// Mouse and finger draw, move and stretch; the keyboard adds a box, moves it with the arrows, stretches it with
// Shift and takes it away with Delete. Without this script the numbers are typed.
const LEAST = 1; // percent: a smaller stroke is a slip of the finger
const START = [35, 35, 65, 65];
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const within = (value, low = 0, high = 100) => Math.min(high, Math.max(low, value));
const rounded = (value) => Math.round(value * 10) / 10;

function read(text) {
  const lines = text.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  return lines.filter((box) => box.length === 4 && box.every((part) => part >= 0 && part <= 100) && box[0] < box[2] && box[1] < box[3]);
}

function spanned(from, to) {
  return [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.max(from[0], to[0]), Math.max(from[1], to[1])];
}

function moved([left, top, right, bottom], [across, down]) {
  const x = within(across, -left, 100 - right);
  const y = within(down, -top, 100 - bottom);
  return [left + x, top + y, right + x, bottom + y];
}

function stretched([left, top, right, bottom], [across, down]) {
  return [left, top, within(right + across, left + LEAST), within(bottom + down, top + LEAST)];
}

class Boxes {
  constructor(root) {
    this.root = root;
    this.words = root.dataset;
    this.stage = root.querySelector("[data-stage]");
    this.field = root.closest("section").querySelector("textarea[name=boxes]");
    this.said = root.querySelector("[role=status]");
    this.boxes = read(this.field.value);
    this.stage.addEventListener("pointerdown", (event) => this.press(event));
    this.stage.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("input", () => { this.boxes = read(this.field.value); this.draw(); });
    root.querySelector("[data-add]").addEventListener("click", () => { this.change([...this.boxes, START]); this.focus(this.boxes.length - 1); });
    root.querySelector("[data-all]").addEventListener("click", () => this.change([[0, 0, 100, 100]]));
    root.querySelector("[data-undo]").addEventListener("click", () => this.change(this.boxes.slice(0, -1)));
    root.querySelector("[data-tools]").hidden = false;
    this.draw();
  }

  change(boxes) {
    this.boxes = boxes.map((box) => box.map(rounded));
    this.field.value = this.boxes.map((box) => box.join(" ")).join("\n");
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
    this.draw();
  }

  replace(place, box) {
    this.change(this.boxes.map((one, number) => (number === place ? box : one)));
  }

  focus(place) {
    this.stage.querySelectorAll(".cover").item(within(place, 0, this.boxes.length - 1))?.focus();
  }

  draw() {
    const held = [...this.stage.querySelectorAll(".cover")].indexOf(document.activeElement);
    this.stage.querySelectorAll(".cover").forEach((one) => one.remove());
    this.stage.append(...this.boxes.map((box, number) => this.cover(box, number)));
    this.said.textContent = this.words.count.replace("#", this.boxes.length);
    if (held >= 0) this.focus(held);
  }

  cover([left, top, right, bottom], number) {
    const cover = document.createElement("button");
    cover.type = "button";
    cover.className = "cover";
    cover.dataset.number = number;
    cover.setAttribute("aria-label", `${this.words.box} ${number + 1}: ${[left, top, right, bottom].join(" ")}`);
    Object.assign(cover.style, { left: `${left}%`, top: `${top}%`, width: `${right - left}%`, height: `${bottom - top}%` });
    const corner = document.createElement("span");
    corner.className = "cover-corner";
    cover.append(corner);
    return cover;
  }

  at(event) {
    const stage = this.stage.getBoundingClientRect();
    return [within(((event.clientX - stage.left) / stage.width) * 100), within(((event.clientY - stage.top) / stage.height) * 100)];
  }

  // One stroke: a new box from where it begins, or the box that was caught, moved or stretched by its corner.
  press(event) {
    if (event.button > 0) return;
    event.preventDefault();
    const from = this.at(event);
    const caught = event.target.closest(".cover");
    const place = caught ? Number(caught.dataset.number) : this.boxes.length;
    const first = this.boxes[place];
    const act = !first ? (to) => spanned(from, to) : event.target.closest(".cover-corner") ? (to) => stretched(first, [to[0] - from[0], to[1] - from[1]]) : (to) => moved(first, [to[0] - from[0], to[1] - from[1]]);
    const before = this.boxes;
    const follow = (move) => { this.boxes = [...before.slice(0, place), act(this.at(move)), ...before.slice(place + 1)]; this.draw(); };
    const end = (last) => {
      ["pointermove", "pointerup", "pointercancel"].forEach((kind) => removeEventListener(kind, kind === "pointermove" ? follow : end));
      const box = this.boxes[place];
      const small = !box || box[2] - box[0] < LEAST || box[3] - box[1] < LEAST;
      this.change(last.type === "pointercancel" || small ? before : this.boxes);
      if (!small) this.focus(place);
    };
    addEventListener("pointermove", follow);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  }

  key(event) {
    const cover = event.target.closest(".cover");
    if (!cover) return;
    const place = Number(cover.dataset.number);
    const step = KEYS[event.key];
    if (step) this.replace(place, (event.shiftKey ? stretched : moved)(this.boxes[place], step));
    else if (event.key === "Delete" || event.key === "Backspace") this.change(this.boxes.filter((_one, number) => number !== place));
    else return;
    event.preventDefault();
  }
}

for (const root of document.querySelectorAll("[data-boxes]")) new Boxes(root);
