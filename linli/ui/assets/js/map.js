// <linli-map src="…json" label="…" worker="…">: a map with its legend and, beside it, a list that says the same.
// times="[[words, src], …]": a slider through them.
// JSON: {base: {pmtiles | raster, attribution}, layers: [{kind: "areas" | "met" | "points" | "lines", title, unit,
//        breaks: [four limits], features: GeoJSON with properties id, title, value | met | text | tone, url}]}.
import { LngLatBounds, Map as MapLibre, Marker, NavigationControl, Popup, ScaleControl, addProtocol, setWorkerUrl } from "maplibre-gl";
import { Protocol } from "pmtiles";
import { legendOf, listOf, valueWords } from "./map-legend.js";
import { AREA_NAMES, baseStyle, drawnLayers, hatch, isMeasured, tokens } from "./map-style.js";
import { slider } from "./map-times.js";
import { words } from "./words.js";

addProtocol("pmtiles", new Protocol().tile);

function eachPoint(coordinates, visit) {
  if (typeof coordinates[0] === "number") visit(coordinates);
  else coordinates.forEach((inner) => eachPoint(inner, visit));
}

function boundsOf(features) {
  const bounds = new LngLatBounds();
  for (const { geometry } of features) if (geometry) eachPoint(geometry.coordinates, (point) => bounds.extend(point));
  return bounds;
}

class LinliMap extends HTMLElement {
  async connectedCallback() {
    this.frame = document.createElement("div");
    this.frame.className = "map-frame";
    this.canvas = document.createElement("div");
    this.canvas.className = "map-canvas";
    this.side = document.createElement("div");
    this.frame.append(this.canvas);
    this.replaceChildren(this.frame);
    try {
      this.data = await this.read(this.getAttribute("src"));
    } catch {
      this.canvas.replaceWith(this.sentence(words.failed));
      return;
    }
    const times = JSON.parse(this.getAttribute("times") ?? "[]");
    if (times.length > 1) this.prepend(slider(times, this.getAttribute("src"), (src) => this.show(src)));
    this.look = tokens();
    this.writeSide();
    this.startWhenSeen();
    this.recolour = () => {
      this.look = tokens();
      this.writeSide();
      if (!this.map) return;
      this.map.remove();
      this.startMap();
    };
    document.addEventListener("linli:theme", this.recolour);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", this.recolour);
  }

  async read(src) {
    const answer = await fetch(src, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  // The same places at another time: a colour goes on meaning what it meant, or two times cannot be compared.
  async show(src) {
    this.asked = src;
    const data = await this.read(src);
    if (this.asked !== src) return;
    const scaled = this.data.layers.every((layer) => layer.breaks?.length);
    if (scaled) data.layers.forEach((layer, index) => { layer.breaks = this.data.layers[index].breaks; });
    this.data = data;
    this.popup?.remove();
    if (!scaled) { this.recolour(); return; }
    this.writeSide();
    data.layers.forEach((layer, index) => this.map?.getSource(`data-${index}`)?.setData(layer.features));
  }

  // Drawing costs a phone's battery: a map begins when it comes near the window. The list is there at once.
  startWhenSeen() {
    this.seen = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      this.seen.disconnect();
      this.startMap();
    }, { rootMargin: "200px" });
    this.seen.observe(this);
  }

  disconnectedCallback() {
    this.seen?.disconnect();
    document.removeEventListener("linli:theme", this.recolour);
    this.map?.remove();
  }

  sentence(text) {
    return Object.assign(document.createElement("p"), { className: "map-message", textContent: text });
  }

  writeSide() {
    this.side.remove();
    this.side = document.createElement("div");
    const list = document.createElement("div");
    list.className = "map-list";
    list.tabIndex = 0;
    list.setAttribute("role", "region");
    list.setAttribute("aria-label", this.getAttribute("label") ?? "");
    const near = (index) => ({ onNear: (feature, on) => this.near(index, feature, on), onGo: (feature) => this.go(index, feature) });
    const only = this.data.layers.every((layer) => layer.kind === "lines"); // an outline is named where nothing else is drawn
    this.data.layers.forEach((layer, index) => { if (only || layer.kind !== "lines") list.append(listOf(layer, near(index))); });
    this.side.append(list);
    this.frame.append(this.side);
    this.querySelectorAll(":scope > .map-legend").forEach((old) => old.remove());
    this.data.layers.forEach((layer) => this.append(legendOf(layer, this.look)));
  }

  startMap() {
    const bounds = boundsOf(this.data.layers.flatMap((layer) => layer.features.features));
    try {
      setWorkerUrl(this.getAttribute("worker") ?? new URL("./map-worker.js", import.meta.url).href);
      this.map = new MapLibre({
        container: this.canvas,
        style: baseStyle(this.data.base, this.look),
        bounds: bounds.isEmpty() ? undefined : bounds,
        fitBoundsOptions: { padding: 24, maxZoom: 16 },
        localIdeographFontFamily: this.look.family,
        attributionControl: this.data.base?.attribution ? { compact: true } : false,
        cooperativeGestures: true,
        fadeDuration: 0,
        locale: {
          "Map.Title": this.getAttribute("label") ?? "", "NavigationControl.ZoomIn": words.zoomIn, "NavigationControl.ZoomOut": words.zoomOut,
          "CooperativeGesturesHandler.WindowsHelpText": words.zoomHint, "CooperativeGesturesHandler.MacHelpText": words.zoomHint, "CooperativeGesturesHandler.MobileHelpText": words.moveHint,
          "Popup.Close": words.close, "AttributionControl.ToggleAttribution": words.source,
        },
      });
    } catch {
      this.canvas.replaceChildren(this.sentence(words.noMap));
      return;
    }
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
    this.map.on("load", () => this.drawLayers());
    if (this.hasAttribute("picks")) this.map.on("click", (event) => this.pick(event.lngLat));
  }

  drawLayers() {
    this.map.addImage("hatch-none", hatch(this.look.ink2, { width: 1 }));
    this.map.addImage("hatch-unmet", hatch(this.look.amber, { width: 2.5 }));
    this.data.layers.forEach((layer, index) => {
      const id = `data-${index}`;
      this.map.addSource(id, { type: "geojson", data: layer.features, promoteId: "id" });
      const under = this.map.getLayer("road-names") ? "road-names" : undefined; // areas lie below the names of the base map
      drawnLayers(layer, id, this.look).forEach((drawn) => this.map.addLayer(drawn, drawn.type === "fill" ? under : undefined));
      // An area brings its own name: the base map's would stand beside it a second time.
      if (["areas", "met"].includes(layer.kind)) AREA_NAMES.filter((name) => this.map.getLayer(name)).forEach((name) => this.map.setLayoutProperty(name, "visibility", "none"));
      const touch = { areas: "fill", met: "fill", points: "point", lines: "line" }[layer.kind];
      this.map.on("click", `${id}-${touch}`, (event) => this.tell(layer, event.features[0], event.lngLat));
    });
    this.dataset.drawn = "";
  }

  near(index, feature, on) {
    if (this.map?.getSource(`data-${index}`)) this.map.setFeatureState({ source: `data-${index}`, id: feature.properties.id }, { near: on });
  }

  go(index, feature) {
    const bounds = boundsOf([feature]);
    this.map?.fitBounds(bounds, { padding: 60, maxZoom: 15, animate: false });
    this.tell(this.data.layers[index], feature, bounds.getCenter());
  }

  tell(layer, feature, where) {
    if (this.hasAttribute("picks")) return;
    const said = document.createElement("div");
    const name = document.createElement(feature.properties.url ? "a" : "strong");
    if (feature.properties.url) name.href = feature.properties.url;
    name.textContent = feature.properties.title;
    said.append(name);
    if (isMeasured(layer) || feature.properties.text) said.append(document.createElement("br"), valueWords(feature.properties, layer.unit));
    this.popup?.remove();
    this.popup = new Popup({ closeOnClick: true, focusAfterOpen: false }).setLngLat(where).setDOMContent(said).addTo(this.map);
  }

  pick(where) {
    const form = this.closest("form");
    for (const [part, value] of [["lon", where.lng], ["lat", where.lat]]) {
      const field = form?.elements.namedItem(`${this.getAttribute("picks")}_${part}`);
      if (field) field.value = value.toFixed(6);
    }
    this.marker?.remove();
    this.marker = new Marker({ color: this.look.teal }).setLngLat(where).addTo(this.map);
    this.dispatchEvent(new CustomEvent("linli:pointed", { bubbles: true, detail: where }));
  }
}

if (!customElements.get("linli-map")) customElements.define("linli-map", LinliMap);
