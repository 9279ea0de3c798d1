// A form with data-draft="name" keeps what is typed on this device until it is sent, sealed; passwords and files never.
// Shared devices: data-draft is left out where the form holds anything sensitive; drafts end after three days, at
// sign-out, and as soon as somebody else signs in.
import { owner, sealText, unsealText } from "./sealing.js";
import { words } from "./words.js";

const KEEP_MS = 3 * 24 * 3600 * 1000;
const ALL = "linli-draft:";
const keyOf = (form) => `${ALL}${owner()}:${location.pathname}:${form.dataset.draft}`;
const kept = (field) => field.name && field.name !== "csrfmiddlewaretoken" && !["password", "file", "hidden", "submit"].includes(field.type);

function tell(form, text) {
  const note = form.querySelector("[data-draft-note]");
  if (note) note.textContent = text;
}

async function save(form) {
  const fields = [...form.elements].filter(kept).map((field) => ["checkbox", "radio"].includes(field.type) ? [field.name, field.value, field.checked] : [field.name, field.value]);
  try {
    const sealed = await sealText(owner(), JSON.stringify(fields));
    localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), sealed }));
    tell(form, navigator.onLine ? words.saved : words.offline);
  } catch {
    tell(form, ""); // no room or private window: say nothing rather than promise
  }
}

async function readDraft(form) {
  try {
    const { at, sealed } = JSON.parse(localStorage.getItem(keyOf(form)) ?? "{}");
    if (sealed && Date.now() - at < KEEP_MS) return JSON.parse((await unsealText(owner(), sealed)) ?? "[]"); // another tab's stays shut
  } catch { /* not ours: drop it below */ }
  localStorage.removeItem(keyOf(form));
  return [];
}

async function restore(form) {
  const fields = await readDraft(form);
  for (const [name, value, checked] of fields) {
    const same = [...form.elements].filter((field) => field.name === name && kept(field));
    if (checked !== undefined) same.filter((field) => field.value === value).forEach((field) => { field.checked = checked; });
    else if (same.length === 1 && !same[0].value) same[0].value = value;
  }
  if (fields.length) tell(form, words.restored);
}

export function forgetDrafts(isMeant = () => true) {
  try {
    Object.keys(localStorage).filter((key) => key.startsWith(ALL) && isMeant(key)).forEach((key) => localStorage.removeItem(key));
  } catch { /* a private window keeps nothing */ }
}

const isOfSomebodyElse = (key) => owner() && ![`${ALL}${owner()}:`, `${ALL}:`].some((mine) => key.startsWith(mine));

export async function startDrafts() {
  forgetDrafts(isOfSomebodyElse);
  // The server says which drafts have arrived; a form that came back with errors is still a draft.
  document.querySelectorAll("[data-draft-sent]").forEach((mark) => {
    forgetDrafts((key) => key.endsWith(`:${mark.dataset.draftSent}`));
  });
  const forms = [...document.querySelectorAll("form[data-draft]")];
  for (const form of forms) {
    let timer;
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => save(form), 400); });
    form.addEventListener("submit", () => save(form));
  }
  await Promise.all(forms.map(restore));
}
