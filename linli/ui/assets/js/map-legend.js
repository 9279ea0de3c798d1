// The words beside a map: the legend and the list that says the same as the picture.
import { isMeasured } from "./map-style.js";
import { words } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function swatch(fill, hatched) {
  const svg = shape("svg", { viewBox: "0 0 22 14", "aria-hidden": "true" });
  svg.append(shape("rect", { width: 22, height: 14, fill: hatched ? "none" : fill, stroke: "currentColor", "stroke-width": 0.8 }));
  if (hatched) svg.append(shape("path", { d: "M-2 14 12 0M5 14 19 0M12 14 26 0", stroke: fill, "stroke-width": 1.6 }));
  return svg;
}

function dot(fill) {
  const svg = shape("svg", { viewBox: "0 0 22 14", "aria-hidden": "true" });
  svg.append(shape("circle", { cx: 11, cy: 7, r: 6, fill }));
  return svg;
}

// Points are told apart by their tone; a layer says what each means in `tones` ({late: "…"}), else by its title.
const TONE_COLOURS = { late: "red", soon: "amber" };

function pointEntries(layer, look) {
  const said = Object.entries(layer.tones ?? { plain: layer.title });
  return said.filter(([, text]) => text).map(([tone, text]) => {
    const line = document.createElement("li");
    line.append(dot(look[TONE_COLOURS[tone] ?? "teal"]), text);
    return line;
  });
}

function entry(fill, text, hatched = false) {
  const line = document.createElement("li");
  line.append(swatch(fill, hatched), text);
  return line;
}

function classWords(breaks, index, unit) {
  const tail = unit ?? "";
  if (index === 0) return `< ${breaks[0]}${tail}`;
  if (index === breaks.length) return `≥ ${breaks.at(-1)}${tail}`;
  return `${breaks[index - 1]}–${breaks[index]}${tail}`;
}

export function legendOf(layer, look) {
  const legend = document.createElement("ul");
  legend.className = "map-legend";
  if (layer.kind === "points") legend.append(...pointEntries(layer, look));
  else if (layer.kind === "met") {
    legend.append(entry(look.teal, words.met), entry(look.amber, words.unmet, true));
  } else if (layer.breaks?.length) {
    layer.breaks.concat(null).forEach((_, index) => legend.append(entry(look.classes[index], classWords(layer.breaks, index, layer.unit))));
  }
  const missing = layer.features.features.some(({ properties }) => properties.value == null && properties.met == null);
  if (["areas", "met"].includes(layer.kind) && missing && isMeasured(layer)) legend.append(entry(look.ink2, words.noData, true));
  return legend;
}

export function valueWords({ value, text }, unit) {
  if (text) return text;
  return value === null || value === undefined ? words.noData : `${Number(value).toLocaleString()}${unit === "%" ? "%" : unit ? ` ${unit}` : ""}`;
}

// Each place of the layer: a link where it has a page, else a button that brings the map to it.
export function listOf(layer, { onNear, onGo }) {
  const list = document.createElement("ol");
  const shown = layer.features.features.filter(({ properties }) => properties.title);
  // The highest value first: the eye looks for the ends of a scale; what is not known comes last.
  if (layer.kind === "areas") shown.sort((one, other) => (other.properties.value ?? -Infinity) - (one.properties.value ?? -Infinity));
  for (const feature of shown) {
    const { title, url } = feature.properties;
    const way = document.createElement(url ? "a" : "button");
    if (url) way.href = url; else way.type = "button";
    const value = document.createElement("span");
    value.className = "map-value";
    const silent = layer.kind === "points" ? feature.properties.value === undefined : !isMeasured(layer);
    value.textContent = silent ? feature.properties.text ?? "" : valueWords(feature.properties, layer.unit);
    way.append(Object.assign(document.createElement("span"), { textContent: title }), value);
    for (const kind of ["focus", "pointerenter"]) way.addEventListener(kind, () => onNear(feature, true));
    for (const kind of ["blur", "pointerleave"]) way.addEventListener(kind, () => onNear(feature, false));
    if (!url) way.addEventListener("click", () => onGo(feature));
    const line = document.createElement("li");
    line.append(way);
    list.append(line);
  }
  return list;
}
