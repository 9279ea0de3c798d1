// Confirm dialogs, the explanation drawer, menus, toasts: native elements, opened and closed here.
import { words } from "./words.js";

const KEEP_MS = 10_000;

function open(dialog) {
  if (dialog && !dialog.open) dialog.showModal();
}

function onClick(event) {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    event.preventDefault();
    open(document.getElementById(opener.dataset.dialogOpen));
  }
  if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog")?.close();
  if (event.target.matches("dialog")) closeWhenOutside(event);
  if (event.target.closest("[data-toast-close]")) event.target.closest("[data-toast]")?.remove();
  if (event.target.closest("[data-back]")) history.back();
  if (event.target.closest("[data-reload]")) location.reload();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
}

function closeWhenOutside(event) {
  const box = event.target.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) event.target.close();
}

function onKey(event) {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary")?.focus();
}

// What went well may leave by itself, unless it offers a way back, somebody is reading it, or 长辈版 is on.
function letGo(toast) {
  if (toast.dataset.toast !== "done" || toast.querySelector("form")) return;
  setTimeout(() => {
    const busy = toast.matches(":hover, :focus-within") || document.documentElement.hasAttribute("data-elder");
    if (!busy) toast.remove();
  }, KEEP_MS);
}

export function say(text, tone = "info") {
  const line = document.createElement("div");
  line.className = `toast-line tone-${tone}`;
  line.dataset.toast = tone;
  const sentence = document.createElement("p");
  sentence.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-sm btn-link";
  close.dataset.toastClose = "";
  close.textContent = words.close;
  line.append(sentence, close);
  document.getElementById("toasts")?.append(line);
  letGo(line);
}

export function startDialogs() {
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.querySelectorAll("[data-toast]").forEach(letGo);
  document.querySelectorAll("[data-back], [data-reload]").forEach((button) => { button.hidden = false; });
  document.addEventListener("htmx:responseError", () => say(words.failed, "late"));
  document.addEventListener("htmx:sendError", () => say(words.failed, "late"));
  document.addEventListener("htmx:afterSwap", (event) => {
    const drawer = event.target.closest?.("dialog");
    if (drawer) open(drawer);
  });
}
