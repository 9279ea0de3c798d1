// The walk-through of outlets on a phone: fetch the list, write without a network, send when there is one.
// Only public facts of outlets lie on the phone; nothing of people. Text is set as text, never as markup.
const root = document.getElementById("walk");
const list = document.getElementById("walk-list");
const status = document.getElementById("walk-status");
const words = document.getElementById("walk-words").dataset;
const FOUND = { "as-said": words.asSaid, closed: words.closed, moved: words.moved, "not-found": words.notFound };

const read = (name) => JSON.parse(localStorage.getItem(`linli-walk-${name}`) ?? "[]");
const write = (name, value) => localStorage.setItem(`linli-walk-${name}`, JSON.stringify(value));
const say = (text) => { status.textContent = text; };

function make(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

async function fetchWalk() {
  const answer = await fetch(root.dataset.from, { headers: { Accept: "application/json" } });
  if (answer.redirected || !answer.ok) return null;
  return answer.json();
}

// A line leaves the phone when the server has it; one that is refused stays and says why.
async function sendAll() {
  const lines = read("outbox");
  if (!lines.length) return;
  try {
    const fresh = await fetchWalk();
    if (!fresh) return say(words.signIn);
    const left = [];
    for (const line of lines) {
      const { why: _why, ...told } = line;
      const answer = await fetch(root.dataset.to, {
        method: "POST", body: JSON.stringify(told),
        headers: { "Content-Type": "application/json", "X-CSRFToken": fresh.token },
      });
      if (!answer.ok) left.push({ ...told, why: (await answer.json().catch(() => ({}))).why ?? words.refused });
    }
    write("outbox", left);
    write("outlets", fresh.outlets);
    say(left.length ? `${words.refused}：${left[0].why}` : words.sent);
  } catch {
    say(words.noNet);
  }
  draw();
}

async function fetchList() {
  try {
    const fresh = await fetchWalk();
    if (!fresh) return say(words.signIn);
    write("outlets", fresh.outlets);
    say("");
  } catch {
    say(words.noNet);
  }
  return draw();
}

function keep(outlet, found, form) {
  const line = {
    key: crypto.randomUUID(), outlet: outlet.code, found, at: new Date().toISOString(),
    step_free: form.elements.step_free.checked ? true : null, note: form.elements.note.value.slice(0, 200),
  };
  write("outbox", [...read("outbox"), line]);
  draw();
  if (navigator.onLine) sendAll();
}

function panel(outlet) {
  const form = make("form", { class: "filters" });
  form.append(
    make("label", {}, make("input", { type: "checkbox", name: "step_free", class: "form-check-input" }), ` ${words.stepFree}`),
    make("input", { name: "note", maxlength: "200", class: "form-control", "aria-label": words.note, placeholder: words.note }),
  );
  for (const [found, label] of Object.entries(FOUND)) {
    const button = make("button", { type: "button", class: found === "as-said" ? "btn btn-primary" : "btn btn-outline-secondary" }, label);
    button.addEventListener("click", () => keep(outlet, found, form));
    form.append(button);
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}

function draw() {
  const written = new Map(read("outbox").map((line) => [line.outlet, line]));
  const rows = read("outlets").map((outlet) => {
    const line = written.get(outlet.code);
    const meta = [outlet.kind, outlet.place, outlet.address, outlet.confirmed && `${words.confirmed} ${outlet.confirmed}`];
    const told = line ? make("p", { class: "muted" }, `${words.written}：${FOUND[line.found]} · ${line.why ?? words.waiting}`) : panel(outlet);
    return make("li", {}, make("div", { class: "row-item" }, make("div", { class: "row-main" },
      make("strong", {}, outlet.name), make("div", { class: "row-meta" }, meta.filter(Boolean).join(" · ")), told)));
  });
  list.replaceChildren(...(rows.length ? rows : [make("li", { class: "muted" }, words.empty)]));
}

document.getElementById("walk-fetch").addEventListener("click", fetchList);
document.getElementById("walk-send").addEventListener("click", sendAll);
addEventListener("online", sendAll);
draw();
if (navigator.onLine) sendAll();
