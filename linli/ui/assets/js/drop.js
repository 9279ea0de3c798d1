// File drop: names, sizes and kinds are checked before anything is sent; progress is shown while it is.
import { words } from "./words.js";

function sizeWords(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function faultOf(file, box) {
  if (box.dataset.maxBytes && file.size > Number(box.dataset.maxBytes)) return words.tooBig;
  const allowed = (box.querySelector("input").accept || "").split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
  const fits = allowed.some((kind) => kind.endsWith("/*") ? file.type.startsWith(kind.slice(0, -1)) : kind.startsWith(".") ? file.name.toLowerCase().endsWith(kind) : kind === file.type);
  return !allowed.length || fits ? "" : words.wrongKind;
}

function lineFor(file, fault, onRemove) {
  const line = document.createElement("li");
  const name = document.createElement("span");
  name.textContent = `${file.name} · ${sizeWords(file.size)}`;
  line.append(name);
  if (fault) {
    const said = document.createElement("span");
    said.className = "chip tone-late";
    said.textContent = `! ${fault}`;
    line.append(said);
  }
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "btn btn-sm btn-link";
  remove.textContent = words.remove;
  remove.setAttribute("aria-label", `${words.remove} ${file.name}`);
  remove.addEventListener("click", onRemove);
  line.append(remove);
  return line;
}

function show(box) {
  const input = box.querySelector("input[type=file]");
  const list = box.parentElement.querySelector(".drop-list");
  const files = [...input.files];
  list.replaceChildren(...files.map((file) => lineFor(file, faultOf(file, box), () => keep(box, files.filter((other) => other !== file)))));
  const faults = files.map((file) => faultOf(file, box)).filter(Boolean);
  input.setCustomValidity(faults[0] ?? "");
}

function keep(box, files) {
  const chosen = new DataTransfer();
  files.forEach((file) => chosen.items.add(file));
  box.querySelector("input[type=file]").files = chosen.files;
  show(box);
}

export function startDrop() {
  document.addEventListener("change", (event) => {
    const box = event.target.closest(".drop");
    if (box) show(box);
  });
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const box = event.target.closest?.(".drop");
      if (!box) return;
      event.preventDefault();
      box.classList.toggle("is-over", kind === "dragenter" || kind === "dragover");
      if (kind !== "drop") return;
      const input = box.querySelector("input[type=file]");
      keep(box, input.multiple ? [...input.files, ...event.dataTransfer.files] : [event.dataTransfer.files[0]]);
    });
  }
  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = event.target.querySelector?.("progress[data-upload]");
    if (bar && event.detail.lengthComputable) {
      bar.hidden = false;
      bar.value = event.detail.loaded / event.detail.total;
    }
  });
}
