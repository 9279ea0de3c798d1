// What waits on this device, what arrived and what was refused, above the page. Text is set as text, never as markup.
import { words } from "./words.js";

const TONES = { waiting: "tone-soon", sent: "tone-done", refused: "tone-late", "too-old": "tone-late" };

function make(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside.filter(Boolean));
  return made;
}

function button(text, act, main) {
  const made = make("button", { type: "button", class: `btn btn-sm ${main ? "btn-primary" : "btn-outline-secondary"} me-2 mt-2` }, text);
  made.addEventListener("click", act);
  return made;
}

const said = (record, name) => record.told?.find(([one]) => one === name)?.[1] ?? "";
const named = (record, text) => (record.title ? `${record.title}：${text}` : text);

function sentLines(record, acts) {
  if (!record.secret) return [make("p", {}, named(record, words.done), " ", make("a", { href: record.path }, words.look)), button(words.noted, () => acts.drop(record), true)];
  return [make("p", {}, words.arrived), make("p", {}, make("strong", {}, record.number), " · ", make("strong", {}, record.secret)), button(words.noted, () => acts.drop(record), true)];
}

function refusedLines(record, acts) {
  const why = [make("p", {}, named(record, `${words.refused}${record.why ?? ""}`)), make("p", { class: "muted" }, said(record, "text"))];
  if (!record.places) return [...why, button(words.discard, () => acts.drop(record))];
  const id = `place-${record.key}`;
  const choice = record.places?.length
    ? make("select", { class: "form-select", id, name: "place" }, ...record.places.map(([code, name]) => make("option", { value: code }, name)))
    : make("input", { class: "form-control", id, name: "words", maxlength: 80, value: said(record, "words") });
  const label = make("label", { class: "form-label", for: id }, words.whichPlace);
  return [
    ...why, label, choice,
    button(words.sendAgain, () => acts.again(record, { [choice.name]: choice.value }), true), button(words.discard, () => acts.drop(record)),
  ];
}

function linesOf(record, acts) {
  if (record.state === "sent") return sentLines(record, acts);
  if (record.state === "refused") return refusedLines(record, acts);
  if (record.state === "too-old") return [make("p", {}, named(record, words.tooOld)), button(words.noted, () => acts.drop(record))];
  return waitingLines(record, acts);
}

// A visitor's ends with the tab, and the next person at this device does not see it; a telephone of one's own keeps it.
function waitingLines(record, acts) {
  const ends = !record.writer && acts.endsWithTab;
  return [
    make("p", {}, named(record, record.why ?? (ends ? words.queuedHere : words.queued))), make("p", { class: "muted" }, said(record, "text")),
    ends && button(words.ownDevice, acts.here, true), button(words.discard, () => acts.drop(record)),
  ];
}

export function drawQueue(records, acts, endsWithTab) {
  const main = document.getElementById("main");
  let panel = document.getElementById("outbox");
  if (!panel && records.length) {
    panel = make("section", { id: "outbox", role: "status", tabindex: "-1", class: "no-print" });
    main.prepend(panel);
  }
  panel?.replaceChildren(...records.map((record) => make("div", { class: `note ${TONES[record.state]} mb-3` }, make("div", {}, ...linesOf(record, { ...acts, endsWithTab }).filter(Boolean)))));
}
