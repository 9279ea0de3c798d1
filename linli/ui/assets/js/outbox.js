// A form with data-outbox="address" is kept on this device first and sent from there, at once or when there is a
// network again: by this page, or by whichever page of the site is opened next. Its key makes it arrive once: what
// was sent and whose answer was lost is sent again under the same key, and the server keeps it once. What waits is
// sealed (sealing.js): it opens to its account, or in the tab where a visitor wrote it. A form with
// data-outbox-key stays open while it waits (a list of ticks): what is pressed again takes the place of what waits.
// Any other form stays as it is filled and says so, instead of the browser's error page.
import { say } from "./dialogs.js";
import { forgetDrafts } from "./drafts.js";
import { drawQueue } from "./outbox-panel.js";
import { VISITOR, endsWithTab, keepOnDevice, owner, seal, unseal } from "./sealing.js";
import { words } from "./words.js";

const DATABASE = "linli-outbox";
const KEEP_MS = 7 * 24 * 3600 * 1000; // what could not be sent for a week leaves the device
const AGAIN_MS = 30_000;
const oursFor = (record) => ({ Accept: "application/json", "X-Outbox": new Date(record.at).toISOString() });

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function store(mode) {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("queue", { keyPath: "key" });
  return (await done(opening)).transaction("queue", mode).objectStore("queue");
}

// In the clear lie the key, whose it is, when it was pressed and how far it came; the words and files are sealed.
async function pack({ key, writer, at, state, files = [], ...rest }) {
  const named = files.map(([name, file]) => [name, file.name, file.type, file.size]);
  const head = new TextEncoder().encode(JSON.stringify({ ...rest, named }));
  const bytes = await new Blob([Uint32Array.of(head.length), head, ...files.map(([, file]) => file)]).arrayBuffer();
  return { key, writer, at, state, sealed: await seal(writer, bytes) };
}

// The record as it was pressed; without its content while its seal does not open here.
async function unpack({ key, writer, at, state, sealed }) {
  const bytes = sealed && (await unseal(writer, sealed));
  if (!bytes) return { key, writer, at, state, closed: true };
  const [length] = new Uint32Array(bytes, 0, 1);
  const { named, ...rest } = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length)));
  let from = 4 + length;
  const files = named.map(([name, filename, type, size]) => [name, new File([bytes.slice(from, from += size)], filename, { type })]);
  return { key, writer, at, state, files, ...rest };
}

async function keep(record) {
  const packed = await pack(record); // sealed first: a transaction ends while somebody waits for anything else
  return done((await store("readwrite")).put(packed));
}
const drop = async (key) => done((await store("readwrite")).delete(key));
const find = async (key) => {
  const kept = await done((await store("readonly")).get(key));
  return kept && unpack(kept);
};
export const forgetQueue = async () => done((await store("readwrite")).clear());

const all = async () => done((await store("readonly")).getAll());
const isShown = (record) => record.writer !== VISITOR || !record.closed; // what a visitor wrote in another tab stays there

// One's own and what a visitor wrote in this tab, the oldest first; another account's stay until it signs in again.
async function mine() {
  const near = (await all()).filter((record) => [owner(), VISITOR].includes(record.writer));
  return (await Promise.all(near.map(unpack))).filter(isShown).sort((one, other) => one.at - other.at);
}

export const queued = async () => (await mine()).filter((record) => record.state !== "sent").length;

// What nobody opened for a week, a closed tab's for one, leaves the device unread; one's own is told first.
async function forgetOld() {
  for (const { key, writer, at } of await all()) if (Date.now() - at > KEEP_MS * (writer === owner() ? 2 : 1)) await drop(key);
}

const forgetDraftsOf = ({ drafts = [] }) => forgetDrafts((key) => drafts.some((name) => key.endsWith(`:${name}`)));
const openFormOf = ({ key }) => [...document.querySelectorAll("form[data-outbox-key]")].find((form) => key === `${owner()}:${form.dataset.outboxKey}`);

function recordOf(form, submitter) {
  const told = [];
  const files = [];
  for (const [name, value] of new FormData(form, submitter)) {
    if (value instanceof File) { if (value.size) files.push([name, value]); }
    else if (!["csrfmiddlewaretoken", "key"].includes(name)) told.push([name, value]);
  }
  const { outbox: to, outboxKey, outboxTitle: title = "", outboxDrafts = "" } = form.dataset;
  const key = form.elements.key?.value || (outboxKey ? `${owner()}:${outboxKey}` : crypto.randomUUID());
  return { key, writer: owner(), at: Date.now(), state: "waiting", to, title, drafts: outboxDrafts.split(" ").filter(Boolean), told, files };
}

async function post(record) {
  const { token } = await (await fetch(record.to, { headers: oursFor(record) })).json();
  const body = new FormData();
  for (const [name, value] of [...record.told, ...record.files, ["key", record.key], ["writer", record.writer]]) body.append(name, value);
  const answer = await fetch(record.to, { method: "POST", body, headers: { ...oursFor(record), "X-CSRFToken": token } });
  if ([200, 401, 422].includes(answer.status)) return answer.json();
  return { status: "later" };
}

// What the server said of it; null while there is no network. Files leave the device as soon as it was taken.
async function sendOne(record) {
  const { key, writer, at, title } = record;
  if (Date.now() - at > KEEP_MS) return keep({ key, writer, at, title, state: "too-old" });
  const said = await post(record).catch(() => null);
  if (said?.status === "taken") {
    forgetDraftsOf(record);
    await keep({ key, writer, at, title, state: "sent", number: said.number, secret: said.secret, path: said.path });
  } else if (said?.status === "refused") await keep({ ...record, state: "refused", why: said.why, places: said.places });
  else if (said?.status === "sign-in") await keep({ ...record, state: "waiting", why: words.signIn });
  return said;
}

// One page of the site sends at a time. Whoever still sees the form sees what came of it.
async function flush(pressed) {
  await navigator.locks.request(DATABASE, async () => {
    for (const record of await mine()) if (record.state === "waiting" && !record.closed) await sendOne(record);
  });
  const here = pressed ? undefined : (await mine()).find((record) => record.state === "sent" && openFormOf(record));
  if (!here) return draw();
  await drop(here.key);
  return location.assign(here.path ?? location.pathname);
}

const acts = {
  async drop(record) { await drop(record.key); await draw(); },
  async again(record, changed) {
    await keep({ ...record, state: "waiting", told: [...record.told.filter(([name]) => !(name in changed)), ...Object.entries(changed)] });
    await flush();
  },
  async here() { keepOnDevice(); await draw(); },
};

const draw = async () => drawQueue(await mine(), acts, endsWithTab());

function ordinary(form, submitter) {
  form.dataset.outboxOff = "";
  form.requestSubmit(submitter);
}

// The page that waits is told at once; a refused one goes the ordinary way, where the server shows what is wrong.
async function press(form, submitter) {
  const record = recordOf(form, submitter);
  await keep(record);
  await flush(record);
  const now = await find(record.key);
  const goesOn = "outboxThen" in form.dataset;
  if (goesOn && now?.state !== "waiting") {
    await drop(record.key);
    if (now?.state === "sent") return location.assign(now.path ?? form.dataset.outboxThen);
    return ordinary(form, submitter);
  }
  if (!("outboxKey" in form.dataset)) {
    forgetDraftsOf(record);
    if (goesOn) form.hidden = true;
    else form.reset();
  }
  document.getElementById("outbox")?.focus();
}

function holdBack(event) {
  if (event.defaultPrevented || event.target.method !== "post" || navigator.onLine) return;
  event.preventDefault();
  say(words.notSent, "late");
}

export async function startOutbox() {
  addEventListener("submit", holdBack);
  if (!("indexedDB" in globalThis) || !navigator.locks) return;
  for (const form of document.querySelectorAll("form[data-outbox]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      if ("outboxOff" in form.dataset) return;
      event.preventDefault();
      if (!("outboxThen" in form.dataset) && !form.reportValidity()) return;
      press(form, event.submitter).catch(() => ordinary(form, event.submitter)); // a private window keeps nothing
    });
  }
  try {
    await forgetOld();
    if (!(await mine()).length) return watch();
    await draw();
    await flush();
    watch();
  } catch { /* a private window keeps nothing */ }
}

function watch() {
  const look = async () => { if ((await mine()).some((record) => record.state === "waiting")) await flush(); };
  addEventListener("online", look);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  setInterval(() => { if (navigator.onLine && !document.hidden) look(); }, AGAIN_MS);
}
