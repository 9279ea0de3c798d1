// The offline round of a visitor: fetch and seal, open with the PIN, write, send when there is a network.
import { drop, keep, linesOf, sendAll, waiting } from "./care/outbox.js";
import { button, doorPanel, make, words } from "./care/page.js";
import { keyFrom, read, remove, seal, unseal, wipe, write } from "./care/sealed.js";

const DAY_MS = 24 * 3600 * 1000;
const root = document.getElementById("care-round");
const body = document.getElementById("care-body");
const status = document.getElementById("care-status");
let key = null;

const say = (text) => { status.textContent = text; };

async function saltOf() {
  const kept = await read("salt");
  if (kept) return kept;
  const salt = crypto.getRandomValues(new Uint8Array(16));
  await write("salt", salt);
  return salt;
}

// After its days the round is forgotten; lines that were not sent stay, for they are in no other place.
async function forgetOld() {
  const until = await read("until");
  if (!until || Date.now() < until) return;
  await remove("round");
  await remove("until");
  say(words.old);
}

async function open(pin) {
  if (pin.length < 6) return say(words.short);
  const candidate = await keyFrom(pin, await saltOf());
  try {
    if (!(await unseal(candidate, "mark"))) await seal(candidate, "mark", "linli");
  } catch {
    return say(words.wrong);
  }
  key = candidate;
  if (navigator.onLine) await synchronise();
  else say(words.noNet); // a wrong password said before does not stand above the doors
  return draw();
}

// Send first, then fetch: what is fetched shows what was sent.
async function synchronise() {
  let fresh;
  try {
    fresh = await fetchRound();
    if (!fresh) return say(words.signIn);
    const sent = await sendAll(key, root.dataset.to, fresh.token);
    if (sent.status === "sign-in") return say(words.signIn);
    fresh = (await fetchRound()) ?? fresh;
    say(sent.status === "sent" ? words.sent : words.waiting);
  } catch {
    return say(words.noNet);
  }
  const { token: _token, ...round } = fresh;
  await seal(key, "round", round);
  return write("until", Date.now() + round.keep_days * DAY_MS);
}

async function fetchRound() {
  const answer = await fetch(root.dataset.from, { redirect: "manual" });
  return answer.ok ? answer.json() : null;
}

const acts = {
  async write(door, step, told) {
    await keep(key, { told: { key: crypto.randomUUID(), number: door.number, step, at: new Date().toISOString(), ...told } });
    if (navigator.onLine) await synchronise();
    else say(words.noNet);
    await draw();
  },
  async beside(line) {
    await keep(key, { told: { ...line.told, beside: true } });
    await synchronise();
    await draw();
  },
  async drop(line) {
    await drop(line);
    await draw();
  },
};

async function forget() {
  if ((await waiting()) && !confirm(words.sure)) return;
  await wipe();
  key = null;
  drawDoor();
}

async function draw() {
  const round = await unseal(key, "round");
  const lines = await linesOf(key);
  body.replaceChildren(button(words.send, async () => { await synchronise(); await draw(); }, lines.length > 0), button(words.forget, forget));
  const doors = round?.doors ?? [];
  for (const door of doors) body.append(doorPanel(door, round, lines, acts));
  const elsewhere = lines.filter((line) => !doors.some((door) => door.number === line.told.number));
  for (const line of elsewhere) body.append(doorPanel({ number: line.told.number, name: line.told.number, address: "", categories: [], state: "", ways: [] }, round, lines, acts));
  if (!doors.length && !lines.length) body.append(make("p", { text: words.empty }));
}

function drawDoor() {
  const field = make("input", { type: "password", id: "care-pin", class: "form-control", inputmode: "numeric", autocomplete: "off", minlength: 6 });
  const form = make("form", { class: "form-narrow" }, make("label", { class: "form-label", for: "care-pin", text: words.pin }), field,
    make("div", { class: "form-actions" }, make("button", { class: "btn btn-primary btn-lg", text: navigator.onLine ? words.fetch : words.open })));
  form.addEventListener("submit", (event) => { event.preventDefault(); open(field.value); });
  body.replaceChildren(form);
}

if (root) {
  await forgetOld();
  drawDoor();
  addEventListener("online", async () => { if (key) { await synchronise(); await draw(); } });
}
