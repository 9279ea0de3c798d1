// The time slider of a map: one step for each [words, src]; the arrow keys move it too.
import { words } from "./words.js";

const STILL_MS = 150; // whoever drags through ten years asks for the year he stops at

export function slider(times, src, show) {
  const line = document.createElement("div");
  line.className = "time-slider no-print";
  const handle = document.createElement("input");
  const at = Math.max(times.findIndex(([, other]) => other === src), 0);
  handle.type = "range";
  handle.min = 0;
  handle.max = times.length - 1;
  handle.step = 1;
  handle.value = at;
  handle.setAttribute("aria-label", words.time);
  const said = document.createElement("output");
  const tell = (text) => { said.textContent = text; handle.setAttribute("aria-valuetext", text); };
  tell(times[at][0]);
  let timer;
  handle.addEventListener("input", () => {
    const [text, next] = times[handle.value];
    tell(text);
    clearTimeout(timer);
    timer = setTimeout(() => show(next).catch(() => tell(`${text} ${words.notRead}`)), STILL_MS);
  });
  line.append(handle, said);
  return line;
}
