// How a map looks: base layers from our own tiles, five teal classes, hatching for what is missing.
export const SWATCHES = 5;

export function tokens() {
  const style = getComputedStyle(document.body);
  const token = (name) => style.getPropertyValue(name).trim();
  return {
    classes: Array.from({ length: SWATCHES }, (_, index) => token(`--class-${index + 1}`)),
    paper: token("--surface-2"), surface: token("--surface"), line: token("--line-strong"), soft: token("--line"),
    water: token("--blue-soft"), ink: token("--ink"), ink2: token("--ink-2"), teal: token("--teal"), amber: token("--amber"), red: token("--red"), family: style.fontFamily,
  };
}

// Source layers of the base tiles: water, green, buildings, roads (class: main, side, path; name), places (level, name).
export function baseStyle(base, look) {
  const sources = {};
  const layers = [{ id: "ground", type: "background", paint: { "background-color": look.paper } }];
  if (base?.raster) {
    sources.raster = { type: "raster", tiles: base.raster, tileSize: 256, attribution: base.attribution ?? "" };
    layers.push({ id: "raster", type: "raster", source: "raster" });
  }
  if (base?.pmtiles) {
    sources.tiles = { type: "vector", url: `pmtiles://${new URL(base.pmtiles, location.href)}`, attribution: base.attribution ?? "" };
    const from = (id, layer, type, paint, more = {}) => ({ id, source: "tiles", "source-layer": layer, type, paint, ...more });
    layers.push(
      from("water", "water", "fill", { "fill-color": look.water }),
      from("green", "green", "fill", { "fill-color": look.classes[0], "fill-opacity": 0.5 }),
      from("buildings", "buildings", "fill", { "fill-color": look.soft, "fill-opacity": 0.7 }, { minzoom: 13 }),
      from("roads", "roads", "line", { "line-color": look.surface, "line-width": ["interpolate", ["linear"], ["zoom"], 10, ["match", ["get", "class"], "main", 1.5, 0.4], 16, ["match", ["get", "class"], "main", 9, "side", 5, 2]] }),
    );
    layers.push(...names(look));
  }
  return { version: 8, sources, layers };
}

// From which zoom on (and up to which) the places of a level are named, and how large.
const PLACE_NAMES = [
  ["hamlet", 13, 24, 11], ["compound", 15, 24, 11], ["park", 13, 24, 12], ["community", 13, 24, 12.5], ["village", 11, 24, 12], ["street", 11, 14, 14], ["county", 0, 13, 16],
];

export const AREA_NAMES = ["community", "village", "street", "county"].map((level) => `${level}-names`);

// The names of the base map. No `glyphs`: every character is drawn from a font of the reader's own machine.
function names(look) {
  const paint = { "text-color": look.ink2, "text-halo-color": look.surface, "text-halo-width": 1.4 };
  const words = (size) => ({ "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": size, "text-max-width": 8 });
  const from = (id, layer, layout, more) => ({ id, source: "tiles", "source-layer": layer, type: "symbol", layout, paint, ...more });
  return [
    from("road-names", "roads", { ...words(11), "symbol-placement": "line", "symbol-spacing": 420, "text-letter-spacing": 0.1 }, { minzoom: 13, filter: ["has", "name"] }),
    from("water-names", "water", words(13), { minzoom: 10, filter: ["!=", ["get", "name"], ""] }),
    ...PLACE_NAMES.map(([level, minzoom, maxzoom, size]) => from(`${level}-names`, "places", words(size), { minzoom, maxzoom, filter: ["==", ["get", "level"], level] })),
  ];
}

// A square of slanted lines; what is not known must never look like a class.
export function hatch(colour, { gap = 8, width = 1.5 } = {}) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = gap * 2;
  const pen = canvas.getContext("2d");
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  for (let start = -gap * 2; start < gap * 4; start += gap) {
    pen.moveTo(start, gap * 2);
    pen.lineTo(start + gap * 2, 0);
  }
  pen.stroke();
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

// Areas of which nothing is counted are only shown: neither classed nor hatched as missing.
export function isMeasured(layer) {
  return layer.kind === "met" || layer.features.features.some(({ properties }) => properties.value !== null && properties.value !== undefined);
}

const known = ["all", ["has", "value"], ["!=", ["get", "value"], null]];

function classColour(layer, look) {
  const steps = (layer.breaks ?? []).flatMap((limit, index) => [limit, look.classes[index + 1]]);
  return steps.length ? ["step", ["get", "value"], look.classes[0], ...steps] : look.classes[2];
}

// The drawn layers of one data layer: areas by class (or met / not met), points, lines.
export function drawnLayers(layer, id, look) {
  const source = id;
  const outline = { id: `${id}-outline`, source, type: "line", paint: { "line-color": ["case", ["boolean", ["feature-state", "near"], false], look.ink, look.line], "line-width": ["case", ["boolean", ["feature-state", "near"], false], 3, 0.8] } };
  if (layer.kind === "lines") {
    return [{ id: `${id}-line`, source, type: "line", layout: { "line-cap": "round" }, paint: { "line-color": look.teal, "line-width": ["case", ["boolean", ["feature-state", "near"], false], 6, 3] } }];
  }
  if (layer.kind === "points") {
    const radius = ["case", ["boolean", ["feature-state", "near"], false], 10, 7];
    return [{ id: `${id}-point`, source, type: "circle", paint: { "circle-color": ["match", ["get", "tone"], "late", look.red, "soon", look.amber, look.teal], "circle-radius": radius, "circle-stroke-color": look.surface, "circle-stroke-width": 2 } }, label(id, source, look, 1)];
  }
  if (!isMeasured(layer)) {
    return [{ id: `${id}-fill`, source, type: "fill", paint: { "fill-color": look.teal, "fill-opacity": 0.12 } }, outline, label(id, source, look, 0)];
  }
  const filled = layer.kind === "met" ? ["==", ["get", "met"], true] : known;
  const layers = [
    { id: `${id}-fill`, source, type: "fill", filter: filled, paint: { "fill-color": layer.kind === "met" ? look.teal : classColour(layer, look), "fill-opacity": 0.78 } },
    { id: `${id}-none`, source, type: "fill", filter: layer.kind === "met" ? ["==", ["get", "met"], null] : ["!", known], paint: { "fill-pattern": "hatch-none" } },
  ];
  if (layer.kind === "met") layers.push({ id: `${id}-unmet`, source, type: "fill", filter: ["==", ["get", "met"], false], paint: { "fill-pattern": "hatch-unmet" } });
  return [...layers, outline, label(id, source, look, 0)];
}

function label(id, source, look, lift) {
  return { id: `${id}-name`, source, type: "symbol", layout: { "text-field": ["get", "title"], "text-size": 14, "text-font": ["sans-serif"], "text-offset": [0, lift], "text-anchor": lift ? "top" : "center", "text-max-width": 7 }, paint: { "text-color": look.ink, "text-halo-color": look.surface, "text-halo-width": 2 } };
}
