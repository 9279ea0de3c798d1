// Without a network no press is lost: a form with data-later="name" waits on this device and is sent, once it is back,
// from whatever page is open; any other form stays as it is filled and says so, instead of the browser's error page.
// The server answers 204 when it has taken what was pressed; it does each of these acts once, however often it hears.
// What waits is treated like a draft: three days, wiped at sign-out and when somebody else signs in.
import { say } from "./dialogs.js";
import { forgetDrafts } from "./drafts.js";
import { words } from "./words.js";

const KEEP_MS = 3 * 24 * 3600 * 1000;
const LOOK_MS = 20_000; // a telephone in a cellar often does not tell that it is back
const ALL = "linli-later:";
const owner = () => document.body.dataset.owner ?? "";
const token = () => JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
const formOf = (name) => document.querySelector(`form[data-later="${CSS.escape(name)}"]`);

function entries() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(`${ALL}${owner()}:`)).map((key) => ({ key, ...JSON.parse(localStorage.getItem(key)) }));
  } catch {
    return []; // a private window keeps nothing
  }
}

export const waitingHere = () => entries().length;

export function forgetLater(isMeant = () => true) {
  try {
    Object.keys(localStorage).filter((key) => key.startsWith(ALL) && isMeant(key)).forEach((key) => localStorage.removeItem(key));
  } catch { /* nothing was kept */ }
}

function keep(form, submitter) {
  const body = new URLSearchParams(new FormData(form, submitter));
  body.delete("csrfmiddlewaretoken");
  const entry = { key: `${ALL}${owner()}:${form.dataset.later}`, name: form.dataset.later, title: form.dataset.laterTitle, action: form.action, page: location.pathname, body: body.toString(), at: new Date().toISOString() };
  try {
    const { key, ...told } = entry;
    localStorage.setItem(key, JSON.stringify(told));
  } catch { /* no room: it is sent now or stays in the form */ }
  return entry;
}

function tell(entry, text) {
  const note = formOf(entry.name)?.querySelector("[data-draft-note]");
  if (note) note.textContent = text;
  else say(`${entry.title}：${text}`, "soon");
}

// "taken", "sign-in", "refused", or "later" when no answer came.
async function post(entry) {
  try {
    const headers = { "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": token(), "X-Later": entry.at };
    const answer = await fetch(entry.action, { method: "POST", headers, body: entry.body, redirect: "manual", signal: AbortSignal.timeout(30_000) });
    if (answer.status === 204) return "taken";
    if (answer.type === "opaqueredirect") return "sign-in"; // the session has ended
    return answer.status >= 500 || answer.status === 429 ? "later" : "refused";
  } catch {
    return "later";
  }
}

async function deliver(entry, isPressed) {
  const came = await post(entry);
  if (came === "taken" || came === "refused") localStorage.removeItem(entry.key);
  if (came === "taken") {
    forgetDrafts((key) => key.endsWith(`:${entry.name}`));
    if (formOf(entry.name)) location.assign(location.pathname); // what the server said stands on the next page
    else say(`${entry.title}：${words.laterSent}`, "done");
  } else if (came === "refused") {
    if (isPressed) formOf(entry.name)?.submit(); // the server says on the page what is wrong
    else tell(entry, words.laterRefused);
  } else if (isPressed) tell(entry, came === "sign-in" ? words.laterSignIn : words.later);
}

async function sendWaiting() {
  if (!navigator.onLine || !owner()) return;
  const all = async () => { for (const entry of entries()) await deliver(entry, false); };
  await (navigator.locks ? navigator.locks.request("linli-later", all) : all());
}

function onSubmit(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.later && owner()) {
    event.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = "yes";
    const done = () => { delete form.dataset.sending; };
    deliver(keep(form, event.submitter), true).then(done, done);
  } else if (!navigator.onLine) {
    event.preventDefault();
    say(words.notSent, "late");
  }
}

export function startLater() {
  const isOld = (key) => !(Date.now() - Date.parse(JSON.parse(localStorage.getItem(key)).at) < KEEP_MS);
  forgetLater((key) => isOld(key) || (owner() && !key.startsWith(`${ALL}${owner()}:`)));
  for (const entry of entries()) if (formOf(entry.name)) tell(entry, words.later);
  addEventListener("submit", onSubmit);
  addEventListener("online", sendWaiting);
  setInterval(() => { if (waitingHere()) sendWaiting(); }, LOOK_MS);
  sendWaiting();
}
