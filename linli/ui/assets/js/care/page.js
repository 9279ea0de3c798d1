// The page of the offline round, drawn from what lies sealed on the device. Text is set as text, never as markup.
const said = document.getElementById("care-words")?.dataset ?? {};
export const words = said;

export function make(tag, { text, on, ...attributes } = {}, ...inside) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
  for (const [event, act] of Object.entries(on ?? {})) element.addEventListener(event, act);
  element.append(...inside.filter(Boolean));
  return element;
}

export const button = (text, act, main) => make("button", { type: "button", class: `btn ${main ? "btn-primary" : "btn-outline-secondary"} mb-2 me-2`, text, on: { click: act } });

function radios(name, title, choices, chosen) {
  const lines = choices.map(([value, label]) => make("label", { class: "form-check form-check-inline" },
    make("input", { type: "radio", class: "form-check-input", name, value, checked: value === chosen }), make("span", { class: "form-check-label", text: label })));
  return make("fieldset", { class: "mb-2" }, make("legend", { class: "form-label", text: title }), ...lines);
}

function area(name, title) {
  return make("label", { class: "form-label d-block" }, make("span", { text: title }), make("textarea", { name, class: "form-control", rows: 2, maxlength: 2000 }));
}

function need(kinds) {
  const choices = [["", said.none], ...kinds].map(([value, text]) => make("option", { value, text }));
  return make("div", {}, area("need", said.need),
    make("label", { class: "form-label d-block" }, make("span", { text: said.toWhom }), make("select", { name: "kind", class: "form-select" }, ...choices)));
}

function formOf(door, round, write) {
  const form = make("form", { class: "mt-2" },
    radios("way", "", door.ways.map((way) => [way, said[way]]), door.ways[0]),
    ...round.checks.map(([code, name]) => radios(`check:${code}`, name, [["ok", said.ok], ["watch", said.watch], ["urgent", said.urgent]], "ok")),
    area("words", said.words), area("promised", said.promise), need(round.kinds),
    make("button", { class: "btn btn-primary btn-lg", text: said.record }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    write("record", toldBy(form, round));
  });
  return form;
}

function toldBy(form, round) {
  const typed = new FormData(form);
  const checks = Object.fromEntries(round.checks.map(([code]) => [code, typed.get(`check:${code}`)]));
  const needs = typed.get("kind") && typed.get("need").trim() ? [[typed.get("kind"), typed.get("need")]] : [];
  return { way: typed.get("way"), checks, words: typed.get("words"), promised: typed.get("promised"), needs };
}

export function doorPanel(door, round, lines, acts) {
  const mine = lines.find((line) => line.told.number === door.number);
  const panel = make("article", { class: "panel mb-3" },
    make("h2", { text: door.age == null ? door.name : `${door.name} · ${door.age}` }),
    make("p", {}, make("span", { text: door.address }), door.phone ? make("a", { href: `tel:${door.phone}`, class: "ms-2", text: said.call }) : null),
    door.categories.length ? make("p", { class: "muted small", text: `${door.categories.join("、")} · ${door.risk}` }) : null,
    door.promised ? make("p", { class: "note tone-info", text: `${said.promised}：${door.promised}` }) : null);
  if (mine) panel.append(linePanel(mine, acts));
  else if (door.state === "due" || door.state === "unanswered" || door.state === "escalated") {
    const write = (step, told) => acts.write(door, step, told);
    panel.append(make("details", {}, make("summary", { class: "btn btn-primary mb-2", text: said.record }), formOf(door, round, write)));
    if (door.state === "due") panel.append(button(said.noAnswer, () => write("no_answer", {})));
  }
  return panel;
}

function linePanel(line, acts) {
  if (line.status === "conflict") return conflictPanel(line, acts);
  const state = line.status === "refused" ? `${said.refused}：${line.why}` : `${said.written} · ${said.waiting}`;
  const shown = make("div", {}, make("p", { text: state, role: "status" }), line.told.words ? make("p", { text: line.told.words }) : null);
  if (Object.values(line.told.checks ?? {}).includes("urgent")) shown.append(make("p", { class: "note tone-late", role: "alert", text: said.urgentCall }));
  if (line.status === "refused") shown.append(button(said.drop, () => acts.drop(line)));
  return shown;
}

function conflictPanel(line, acts) {
  const { standing = {} } = line;
  return make("div", { class: "note tone-soon" }, make("div", {}, make("p", { text: said.conflict }),
    make("p", {}, make("strong", { text: `${said.theirs} ` }), make("span", { text: [standing.by, standing.way, standing.words, standing.promised].filter(Boolean).join(" · ") })),
    make("p", {}, make("strong", { text: `${said.mine} ` }), make("span", { text: [said[line.told.way], line.told.words, line.told.promised].filter(Boolean).join(" · ") })),
    button(said.beside, () => acts.beside(line), true), button(said.drop, () => acts.drop(line))));
}
