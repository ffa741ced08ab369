"use strict";
(function () {
  const charts = JSON.parse(document.getElementById("data").textContent);
  const drawn = new Map();

  const color = name => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

  const number = value => {
    if (value == null) return "–";
    const size = Math.abs(value);
    if (size === 0) return "0";
    if (size < 1e-3) return value.toExponential(2);
    if (size >= 1e4) return Math.round(value).toLocaleString("en-US");
    return value.toLocaleString("en-US", { maximumSignificantDigits: 4 });
  };

  const tick = value => {
    const size = Math.abs(value);
    if (size >= 1e6) return +(value / 1e6).toPrecision(6) + "M";
    if (size >= 1e4) return +(value / 1e3).toPrecision(6) + "k";
    if (size > 0 && size < 1e-3) return value.toExponential().replace("e-", "e−");
    return String(+value.toPrecision(6)).replace("-", "−");
  };

  const first = Math.min(...charts.map(chart => chart.steps[0]));
  const last = Math.max(...charts.map(chart => chart.steps[chart.steps.length - 1]));

  /** All charts show the same steps until one is zoomed. */
  const stepRange = chart => (u, low, high) =>
    low === chart.steps[0] && high === chart.steps[chart.steps.length - 1] ? [first, Math.max(last, first + 1)] : [low, high];

  /** Room for all that is in view, the level line included. */
  const valueRange = chart => (u, low, high) => {
    if (low == null) return [0, 1];
    if (chart.level) { low = Math.min(low, chart.level.value); high = Math.max(high, chart.level.value); }
    const room = (high - low || Math.abs(high) || 1) * 0.06;
    return [chart.fromZero || low >= 0 && low - room < 0 ? 0 : low - room, high + room];
  };

  function levelLine(chart) {
    return u => {
      if (!chart.level) return;
      const y = Math.round(u.valToPos(chart.level.value, "y", true)), ctx = u.ctx, scale = devicePixelRatio || 1;
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = color("level");
      ctx.lineWidth = 1.5 * scale;
      ctx.setLineDash([6 * scale, 5 * scale]);
      ctx.beginPath();
      ctx.moveTo(u.bbox.left, y);
      ctx.lineTo(u.bbox.left + u.bbox.width, y);
      ctx.stroke();
      ctx.font = 13 * scale + "px system-ui, sans-serif";
      ctx.textAlign = "right";
      const above = y - u.bbox.top > 24 * scale;
      ctx.textBaseline = above ? "bottom" : "top";
      ctx.fillText(chart.level.label + ": " + number(chart.level.value), u.bbox.left + u.bbox.width - 4 * scale,
          y + (above ? -5 : 5) * scale);
      ctx.restore();
    };
  }

  function draw(chart, width) {
    const place = document.getElementById("plot-" + chart.id);
    const few = chart.steps.length < 60;
    const axis = { stroke: color("soft"), font: "12px system-ui, sans-serif", grid: { stroke: color("grid"), width: 1 },
      ticks: { show: false } };
    const options = {
      width: width || place.clientWidth,
      height: chart.wide ? (place.clientWidth < 500 ? 220 : 290) : 200,
      cursor: { sync: { key: "steps" }, points: { size: 7 }, drag: { x: true, y: false } },
      legend: { live: true, markers: { width: 0, fill: (u, i) => i ? u.series[i].points.fill(u, i) : null } },
      scales: { x: { time: false, range: stepRange(chart) }, y: { range: valueRange(chart) } },
      axes: [
        { ...axis, values: (u, ticks) => ticks.map(tick), space: 70, size: 32 },
        { ...axis, values: (u, ticks) => ticks.map(tick), size: 58 },
      ],
      series: [{ label: "step", value: (u, value) => number(value ?? chart.steps[chart.steps.length - 1]) }],
      hooks: { draw: [levelLine(chart)] },
    };
    for (const series of chart.series) {
      const stroke = color(series.color), raw = series.style === "RAW", points = series.style === "POINTS";
      options.series.push({
        label: series.label, stroke: raw ? stroke + "55" : stroke, width: raw ? 1 : 2, spanGaps: true,
        points: { show: points && chart.steps.length < 4000 && series.values.filter(v => v != null).length < 80 || few && !raw,
          size: 6, fill: raw ? stroke + "55" : stroke },
        value: (u, value, at, index) => {
          // Where this curve has no value at the step pointed at, its last one before counts.
          let i = index == null ? series.values.length - 1 : index;
          while (i > 0 && series.values[i] == null) i--;
          return number(series.values[i]);
        },
      });
    }
    drawn.get(chart.id)?.destroy();
    drawn.set(chart.id, new uPlot(options, [chart.steps, ...chart.series.map(series => series.values)], place));
  }

  const drawAll = width => charts.forEach(chart => draw(chart, width && (chart.wide ? width : (width - 60) / 2)));

  drawAll();
  let wide = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== wide) { wide = innerWidth; drawAll(); } });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll());
  addEventListener("beforeprint", () => drawAll(640));
  addEventListener("afterprint", () => drawAll());
})();
