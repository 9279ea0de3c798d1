// <linli-chart values="script-id" label="…"> or <linli-chart src="…json">: one chart, drawn as SVG.
// Values: {kind: "bar" | "rank" | "line" | "stacked", unit, labels: […], series: [{name, values: […]}], target}.
// A null is "no data" and is drawn hatched, never as zero. The table under the chart says the same in numbers.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import { words } from "./words.js";

use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, LabelLayout, SVGRenderer]);

// After the teal of one series: a set that stays apart for colour-blind eyes (Okabe and Ito, darkened for contrast).
const LIGHT = ["#0b6e5f", "#c15a00", "#2a5fa5", "#8a3f7a", "#5f6b66"];
const DARK = ["#4cc3ae", "#f0a55a", "#8ab8f5", "#d99acb", "#a9b6b0"];
const LEAST_BAR_PX = 56; // a bar with less room than this keeps its number for the table
const DECALS = [
  { color: "transparent" },
  { color: "rgb(255 255 255 / 35%)", dashArrayX: [1, 0], dashArrayY: [2, 6], rotation: Math.PI / 4 },
  { color: "rgb(255 255 255 / 40%)", symbol: "circle", symbolSize: 0.6, dashArrayX: [[8, 8], [0, 8, 8, 0]], dashArrayY: [6, 0] },
  { color: "rgb(255 255 255 / 35%)", dashArrayX: [1, 0], dashArrayY: [2, 6], rotation: 0 },
];
const HATCH = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4 };

const PAPER_PX = 640; // what an upright sheet of A4 holds between its margins
const PAPER = { ink: "#000", ink2: "#333", line: "#999", surface: "#fff", colours: LIGHT, size: 12 };

function look(paper) {
  const style = getComputedStyle(document.body);
  const token = (name) => style.getPropertyValue(name).trim();
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  return {
    ink: token("--ink"), ink2: token("--ink-2"), line: token("--line"), surface: token("--surface"),
    colours: scheme.includes("dark") ? DARK : LIGHT,
    size: Math.round(parseFloat(style.fontSize) * 0.8125),
    family: style.fontFamily,
    ...(paper ? PAPER : {}),
  };
}

function labelOf(value, unit) {
  return value === null || value === undefined ? words.noData : `${Number(value).toLocaleString()}${unit === "%" ? "%" : ` ${unit ?? ""}`}`;
}

// One series of bars says its numbers on the bars, where there is room.
function barLabel(data, theme, width) {
  const rank = data.kind === "rank";
  const roomy = data.kind === "bar" && data.series.length === 1 && width / data.labels.length > LEAST_BAR_PX;
  return { show: rank || roomy, position: rank ? "right" : "insideTop", color: rank ? theme.ink : theme.surface, fontSize: theme.size, formatter: ({ value }) => labelOf(value, data.unit) };
}

function seriesOf(data, theme, width) {
  const line = data.kind === "line";
  return data.series.map((one, index) => ({
    name: one.name,
    type: line ? "line" : "bar",
    data: one.values,
    stack: data.kind === "stacked" ? "all" : undefined,
    barMaxWidth: 46,
    symbolSize: 7,
    lineStyle: { width: 2.5, type: index % 2 ? "dashed" : "solid" },
    endLabel: { show: line && data.series.length > 1, formatter: "{a}", color: theme.colours[index % 5], fontSize: theme.size },
    label: barLabel(data, theme, width),
    labelLayout: line ? { moveOverlap: "shiftY" } : undefined,
    itemStyle: { borderRadius: data.kind === "stacked" ? 0 : data.kind === "rank" ? [0, 4, 4, 0] : [4, 4, 0, 0] },
    markLine: index === 0 && data.target != null ? targetLine(data, theme) : undefined,
  }));
}

function targetLine(data, theme) {
  const where = data.kind === "rank" ? { xAxis: data.target } : { yAxis: data.target };
  return { silent: true, symbol: "none", lineStyle: { color: theme.ink, width: 1.5, type: "dashed" }, label: { formatter: `${data.target_words ?? ""} ${labelOf(data.target, data.unit)}`, color: theme.ink, fontSize: theme.size, position: "end" }, data: [where] };
}

// Which gaps say that they are one: each where there is room, else one for all that lie side by side.
function middles(values, roomy) {
  const said = new Set();
  let begin = null;
  [...values, null].forEach((value, index) => {
    if (value !== null && roomy) said.add(index);
    if (value !== null) begin ??= index;
    else if (begin !== null) {
      if (!roomy) said.add(Math.floor((begin + index - 1) / 2));
      begin = null;
    }
  });
  return said;
}

// Where no series has a value: a hatched block as high as the highest value, so that a gap is seen as a gap.
function gaps(data, theme, width) {
  const all = data.series.flatMap((one) => one.values).filter((value) => value !== null);
  const top = Math.max(...all, data.target ?? 0, 1);
  const values = data.labels.map((_, index) => (data.series.every((one) => one.values[index] == null) ? top : null));
  if (values.every((value) => value === null)) return [];
  const said = middles(values, width / data.labels.length > LEAST_BAR_PX);
  const blocks = values.map((value, index) => ({ value, label: { show: said.has(index) } }));
  return [{ name: words.noData, type: "bar", data: blocks, barGap: "-100%", barMaxWidth: 46, silent: true, itemStyle: { color: "transparent", borderColor: theme.line, borderWidth: 1, decal: { ...HATCH, color: theme.ink2 } }, label: { show: true, formatter: words.noData, position: "inside", color: theme.ink2, fontSize: theme.size, backgroundColor: theme.surface, padding: 3 }, tooltip: { show: false } }];
}

function rightRoom(data) {
  if (data.kind === "line" && data.series.length > 1) return 88;
  return data.kind === "rank" || data.target != null ? 80 : 16;
}

function optionOf(data, width, paper) {
  const theme = look(paper);
  const text = { color: theme.ink2, fontSize: theme.size, fontFamily: theme.family };
  const category = { type: "category", data: data.labels, axisLabel: { ...text, hideOverlap: true }, axisTick: { show: false }, axisLine: { lineStyle: { color: theme.line } }, inverse: data.kind === "rank" };
  const value = { type: "value", axisLabel: text, splitLine: { lineStyle: { color: theme.line } }, splitNumber: 4, scale: data.kind === "line" };
  const legend = data.kind !== "line" && data.series.length > 1;
  return {
    animation: false,
    color: theme.colours,
    textStyle: { fontFamily: theme.family },
    aria: { enabled: true, decal: { show: legend, decals: DECALS } },
    grid: { left: 8, right: rightRoom(data), top: legend ? 40 : 24, bottom: 8, containLabel: true },
    legend: legend ? { top: 0, left: 0, textStyle: { ...text, color: theme.ink } } : undefined,
    tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (one) => labelOf(one, data.unit), backgroundColor: theme.surface, borderColor: theme.line, textStyle: { color: theme.ink, fontSize: theme.size } },
    xAxis: data.kind === "rank" ? value : category,
    yAxis: data.kind === "rank" ? category : value,
    series: [...seriesOf(data, theme, width), ...gaps(data, theme, width)],
  };
}

class LinliChart extends HTMLElement {
  async connectedCallback() {
    this.canvas = document.createElement("div");
    this.canvas.className = "chart-canvas";
    this.replaceChildren(this.canvas);
    try {
      this.data = await this.read();
      this.draw();
    } catch {
      this.replaceChildren(Object.assign(document.createElement("p"), { className: "muted", textContent: words.noChart }));
      return;
    }
    this.redraw = () => this.draw();
    this.print = () => this.draw(true); // on paper it is dark on white and as wide as the sheet, whatever the screen
    addEventListener("beforeprint", this.print);
    addEventListener("afterprint", this.redraw);
    document.addEventListener("linli:theme", this.redraw);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", this.redraw);
    this.watch = new ResizeObserver(() => this.paper || this.chart.resize());
    this.watch.observe(this.canvas);
  }

  disconnectedCallback() {
    document.removeEventListener("linli:theme", this.redraw);
    removeEventListener("beforeprint", this.print);
    removeEventListener("afterprint", this.redraw);
    this.watch?.disconnect();
    this.chart?.dispose();
  }

  async read() {
    if (this.getAttribute("values")) return JSON.parse(document.getElementById(this.getAttribute("values")).textContent);
    const answer = await fetch(this.getAttribute("src"), { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  draw(paper = false) {
    this.chart?.dispose();
    const width = paper ? PAPER_PX : undefined;
    this.chart = init(this.canvas, null, { renderer: "svg", width, locale: document.documentElement.lang === "en" ? "EN" : "ZH" });
    this.chart.setOption(optionOf(this.data, width ?? this.canvas.clientWidth, paper));
    this.paper = paper;
    // ECharts writes what the chart says into aria-label; a name for a picture needs the role of one.
    this.canvas.setAttribute("role", "img");
    const said = this.canvas.getAttribute("aria-label") ?? "";
    this.canvas.setAttribute("aria-label", `${this.getAttribute("label") ?? ""} ${said}`.trim());
    this.dataset.drawn = "";
  }
}

if (!customElements.get("linli-chart")) customElements.define("linli-chart", LinliChart);
