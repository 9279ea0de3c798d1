// A form with data-outbox="address" is kept on this device first and sent from there, at once or when there is a
// network again: by this page, or by whichever page of the site is opened next. Its key makes it arrive once: what
// was sent and whose answer was lost is sent again under the same key, and the server keeps it once. A form with
// data-outbox-key stays open while it waits (a list of ticks): what is pressed again takes the place of what waits.
// Any other form stays as it is filled and says so, instead of the browser's error page.
import { say } from "./dialogs.js";
import { forgetDrafts } from "./drafts.js";
import { drawQueue } from "./outbox-panel.js";
import { words } from "./words.js";

const DATABASE = "linli-outbox";
const KEEP_MS = 7 * 24 * 3600 * 1000; // what could not be sent for a week leaves the device
const AGAIN_MS = 30_000;
const oursFor = (record) => ({ Accept: "application/json", "X-Outbox": new Date(record.at).toISOString() });
const owner = () => document.body.dataset.owner ?? ""; // the account's number; nothing for a visitor

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function store(mode) {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("queue", { keyPath: "key" });
  return (await done(opening)).transaction("queue", mode).objectStore("queue");
}

const keep = async (record) => done((await store("readwrite")).put(record));
const drop = async (key) => done((await store("readwrite")).delete(key));
const find = async (key) => done((await store("readonly")).get(key));
export const forgetQueue = async () => done((await store("readwrite")).clear());

// One's own and a visitor's, the oldest first; another account's stay unseen until it signs in again.
async function mine() {
  const all = await done((await store("readonly")).getAll());
  return all.filter((record) => !record.writer || record.writer === owner()).sort((one, other) => one.at - other.at);
}

export const queued = async () => (await mine()).filter((record) => record.state !== "sent").length;

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
    for (const record of await mine()) if (record.state === "waiting") await sendOne(record);
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
};

const draw = async () => drawQueue(await mine(), acts);

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
