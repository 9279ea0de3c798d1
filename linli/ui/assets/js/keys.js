// Keyboard of lists: j and k move, Enter opens, / goes to the search field. Never while somebody types.
function rowLinks() {
  return [...document.querySelectorAll("[data-keys] .row-link, [data-keys] tbody th a")];
}

function move(step) {
  const links = rowLinks();
  const here = links.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
  links[Math.max(0, Math.min(links.length - 1, next))]?.focus();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
  const act = {
    j: () => move(1),
    k: () => move(-1),
    "/": () => document.querySelector("[data-keys] [type=search], [data-key-search]")?.focus(),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

// Rows that were chosen bring up the bar that acts on all of them.
function onChoose(event) {
  const list = event.target.closest("[data-bulk]");
  if (!list || !event.target.matches("[type=checkbox]")) return;
  if (event.target.matches("[data-choose-all]")) {
    list.querySelectorAll("[data-choose]").forEach((box) => { box.checked = event.target.checked; });
  }
  const chosen = list.querySelectorAll("[data-choose]:checked").length;
  const bar = list.querySelector(".bulk-bar");
  if (!bar) return;
  bar.hidden = chosen === 0;
  bar.querySelector("[data-chosen]").textContent = chosen;
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("change", onChoose);
  document.querySelectorAll("[data-bulk] .bulk-bar").forEach((bar) => { bar.hidden = true; });
}
