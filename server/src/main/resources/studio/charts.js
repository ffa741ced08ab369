import uPlot from "./uplot.js";
import { element } from "./dom.js";

/** Colours that can be told apart in both themes, also by most colour-blind people (after Okabe and Ito 2008). */
export const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a7000", "#7f7f7f"];

/**
 * A chart of one metric of several runs over their steps.
 * series: [{name, colour, steps, values}]; smoothing from 0 (none) to 1.
 */
export function chart(title, series, smoothing, width) {
  const box = element("section", { class: "chart", "aria-label": title }, element("h3", {}, title));
  const style = getComputedStyle(document.documentElement);
  const axis = { stroke: style.getPropertyValue("--axis"), grid: { stroke: style.getPropertyValue("--grid"), width: 1 }, ticks: { show: false } };
  const lines = series.map((one) => [one.steps, smooth(one.values, smoothing)]);
  const joined = lines.length === 1 ? lines[0] : uPlot.join(lines);
  new uPlot({
    width: width - 24, height: 220,
    scales: { x: { time: false }, y: { range: (_, least, most) => (least === most ? [least - 1, most + 1] : uPlot.rangeNum(least, most, 0.08, false)) } },
    axes: [{ ...axis, size: 30 }, { ...axis, size: 62, values: (_, ticks) => ticks.map(short) }],
    series: [{ label: "step" }, ...series.map((one) => ({ label: one.name, stroke: one.colour, width: 1.5, spanGaps: true,
      points: { show: one.steps.length < 40, size: 5 }, value: (_, value) => (value == null ? "–" : short(value)) }))],
    cursor: { sync: { key: "step" }, drag: { x: true, y: false } },
  }, joined, box);
  return box;
}

/** A running mean that forgets with the factor f, and is not drawn to zero at its beginning. */
function smooth(values, f) {
  if (f === 0) return values;
  let mean = 0;
  let weight = 0;
  return values.map((value) => {
    if (value == null || !Number.isFinite(value)) return value;
    mean = f * mean + (1 - f) * value;
    weight = f * weight + (1 - f);
    return mean / weight;
  });
}

function short(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e9) return `${+(value / 1e9).toPrecision(4)} G`;
  if (size >= 1e6) return `${+(value / 1e6).toPrecision(4)} M`;
  if (size >= 1e4) return `${+(value / 1e3).toPrecision(4)} k`;
  return size < 1e-3 ? value.toExponential(1) : String(+value.toPrecision(4));
}
