// Read-aloud: the browser's own voice reads what stands on the page, nothing leaves the device.
import { words } from "./words.js";

const SKIP = "script, style, template, nav, svg, button, canvas, [aria-hidden=true], .no-print, .print-only, dialog:not([open]), details:not([open]) > :not(summary)";

function textOf(root) {
  const copy = root.cloneNode(true);
  copy.querySelectorAll(SKIP).forEach((part) => part.remove());
  return copy.innerHTML ? copy.textContent.replace(/\s+/g, " ").trim() : "";
}

// Browsers stop in the middle of long texts, so sentences are queued one by one.
function sentencesOf(text) {
  return text.match(/[^。！？；.!?;]{1,180}[。！？；.!?;]?/g) ?? [];
}

function setPressed(button, on) {
  button.setAttribute("aria-pressed", String(on));
  button.querySelector("span").textContent = on ? words.stop : words.read;
}

function toggle(button) {
  const reading = speechSynthesis.speaking;
  speechSynthesis.cancel();
  setPressed(button, !reading);
  if (reading) return;
  const lines = sentencesOf(textOf(document.querySelector(button.dataset.readAloud)));
  lines.forEach((line, index) => {
    const spoken = new SpeechSynthesisUtterance(line);
    spoken.lang = document.documentElement.lang === "en" ? "en" : "zh-CN";
    spoken.rate = document.documentElement.hasAttribute("data-elder") ? 0.85 : 1;
    if (index === lines.length - 1) spoken.onend = () => setPressed(button, false);
    speechSynthesis.speak(spoken);
  });
  if (!lines.length) setPressed(button, false);
}

export function startReading() {
  if (!("speechSynthesis" in window)) return;
  document.querySelectorAll("[data-read-aloud]").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-read-aloud]");
    if (button) toggle(button);
  });
  addEventListener("pagehide", () => speechSynthesis.cancel());
}
