import { get } from "./api.js";
import { chart, COLOURS } from "./charts.js";
import { element } from "./dom.js";

/** What the metrics are called, in the order of their charts; others follow under their own names. */
const TITLES = { loss: "Training loss (nats a token)", val_loss: "Validation loss (nats a token)", val_bits_per_byte: "Validation (bits a byte)",
  lr: "Learning rate", grad_norm: "Norm of the gradient", tokens_per_s: "Tokens a second", mfu: "Share of the peak (MFU)", rss_bytes: "Memory (bytes)" };
const EVERY = 3000; // milliseconds between looks

const chosen = new Set();
const data = new Map(); // by name: what is known of a run
let smoothing = 0;

export function open(place) {
  const list = element("ul", {});
  const folder = element("p", { class: "quiet" });
  const detail = element("div", { class: "detail" });
  place.append(element("div", { class: "runs" }, element("aside", { "aria-label": "Runs" }, folder, list), detail));
  const ended = new AbortController();
  let drawn = "";
  let known = [];
  const redraw = () => draw(true);
  addEventListener("resize", redraw);
  addEventListener("themechange", redraw);
  const timer = setInterval(look, EVERY);
  look();
  return () => {
    clearInterval(timer);
    ended.abort();
    removeEventListener("resize", redraw);
    removeEventListener("themechange", redraw);
  };

  async function look() {
    try {
      const answer = await get("/studio/api/runs", ended.signal);
      folder.textContent = answer.folder ? `Runs in ${answer.folder}` : "";
      if (!answer.runs.length) {
        detail.replaceChildren(element("p", { class: "quiet" }, answer.folder ? "No runs here yet." : "This server was started without a folder of runs; name one with --runs."));
        return;
      }
      if (!chosen.size) chosen.add(answer.runs[0].name);
      known = answer.runs;
      entries();
      await Promise.all([...chosen].filter((name) => known.some((run) => run.name === name)).map(load));
      draw(false);
    } catch (failure) {
      if (failure.name !== "AbortError") detail.replaceChildren(element("p", { class: "wrong", role: "alert" }, failure.message));
    }
  }

  /** Reads what is new of a run; everything where it was begun anew. */
  async function load(name) {
    const have = data.get(name);
    const updated = known.find((run) => run.name === name).updated;
    if (have?.updated === updated && have.state?.status !== "running") return;
    const last = have ? Math.max(-1, ...Object.values(have.metrics).map(([steps]) => steps.at(-1) ?? -1)) : -1;
    const fresh = await get(`/studio/api/runs/${encodeURIComponent(name)}?after=${last}`, ended.signal);
    if (have && last >= 0) {
      for (const [metric, [steps, values]] of Object.entries(fresh.metrics)) {
        const column = (have.metrics[metric] ??= [[], []]);
        column[0].push(...steps);
        column[1].push(...values);
      }
      fresh.metrics = have.metrics;
    }
    data.set(name, fresh);
  }

  function colour(name) {
    return COLOURS[known.findIndex((run) => run.name === name) % COLOURS.length];
  }

  function entries() {
    const focused = document.activeElement?.value;
    list.replaceChildren(...known.map((run) => {
      const swatch = element("span", { class: "swatch" });
      if (chosen.has(run.name)) swatch.style.background = colour(run.name);
      return element("li", {}, element("input", { type: "checkbox", id: `run-${run.name}`, value: run.name, checked: chosen.has(run.name), onchange: (event) => {
        if (event.target.checked) chosen.add(run.name);
        else chosen.delete(run.name);
        look();
      } }), element("label", { for: `run-${run.name}` }, run.name, element("br"), element("span", { class: "quiet" }, standing(run))), swatch);
    }));
    if (focused) [...list.querySelectorAll("input")].find((box) => box.value === focused)?.focus();
  }

  function standing(run) {
    const state = run.state;
    if (!state?.status) return "begun";
    return state.status === "running" || state.status === "stopped" ? `${state.status}, step ${state.step} of ${state.steps}` : state.status;
  }

  function draw(always) {
    const runs = [...chosen].map((name) => data.get(name)).filter(Boolean);
    const now = JSON.stringify([runs.map((run) => [run.name, run.updated, run.state?.status]), smoothing]);
    if (!always && now === drawn) return;
    drawn = now;
    const scroll = detail.scrollTop;
    detail.replaceChildren(bar(), charts(runs), configuration(runs), samples(runs));
    detail.scrollTop = scroll;
  }

  function bar() {
    return element("div", { class: "bar" }, element("label", {}, "Smoothing", element("input", { type: "range", min: 0, max: 0.99, step: 0.01, value: smoothing, onchange: (event) => {
      smoothing = Number(event.target.value);
      draw(true);
    } })), element("span", { class: "quiet" }, "Drag to zoom, double-click to see all. Running runs are read again every few seconds."));
  }

  function charts(runs) {
    const metrics = [...new Set([...Object.keys(TITLES), ...runs.flatMap((run) => Object.keys(run.metrics))])]
      .filter((metric) => runs.some((run) => run.metrics[metric]));
    const box = element("div", { class: "charts" });
    if (!metrics.length) return element("p", { class: "quiet" }, runs.length ? "No metrics yet." : "Choose a run.");
    detail.append(box); // measured where it will be
    const gap = 16;
    const columns = Math.max(1, Math.floor((box.clientWidth + gap) / (26 * 16 + gap)));
    const width = Math.floor((box.clientWidth - gap * (columns - 1)) / columns);
    for (const metric of metrics) {
      const series = runs.filter((run) => run.metrics[metric]).map((run) => ({ name: run.name, colour: colour(run.name), steps: run.metrics[metric][0], values: run.metrics[metric][1] }));
      box.append(chart(TITLES[metric] ?? metric, series, metric === "loss" ? smoothing : 0, width));
    }
    return box;
  }

  function configuration(runs) {
    const with_ = runs.filter((run) => run.config);
    if (!with_.length) return "";
    if (with_.length === 1) {
      return element("section", {}, element("h2", {}, `Configuration of ${with_[0].name}`), element("pre", { class: "config", tabindex: 0 }, with_[0].config));
    }
    const flat = with_.map((run) => flatten(run.config));
    const keys = [...new Set(flat.flatMap((one) => [...one.keys()]))].filter((key) => new Set(flat.map((one) => one.get(key))).size > 1);
    return element("section", {}, element("h2", {}, "Where their configurations differ"), element("div", { class: "wide" }, keys.length
      ? element("table", {}, element("thead", {}, element("tr", {}, element("th", {}, "key"), ...with_.map((run) => element("th", {}, run.name)))),
        element("tbody", {}, ...keys.map((key) => element("tr", {}, element("td", {}, key), ...flat.map((one) => element("td", {}, one.get(key) ?? "–"))))))
      : element("p", { class: "quiet" }, "Nowhere.")));
  }

  function samples(runs) {
    const sections = runs.filter((run) => run.samples.length).map((run) => {
      const last = run.samples.at(-1).step;
      return element("section", {}, element("h2", {}, `What ${run.name} wrote after step ${last}`),
        ...run.samples.filter((sample) => sample.step === last).map((sample) => element("p", { class: "sample" }, element("b", {}, sample.prompt), sample.text)),
        element("details", {}, element("summary", {}, "Earlier samples"), ...run.samples.filter((sample) => sample.step !== last).reverse().map((sample) =>
          element("p", { class: "sample" }, element("span", { class: "quiet" }, `${sample.step}  `), element("b", {}, sample.prompt), sample.text))));
    });
    return element("div", {}, ...sections);
  }
}

/** YAML as the server writes it (two spaces a level, plain values), as dotted keys. */
function flatten(yaml) {
  const found = new Map();
  const path = [];
  for (const line of yaml.split("\n")) {
    const item = /^( *)- (.*)$/.exec(line);
    if (item) {
      const key = path.filter((part) => part != null).join(".");
      found.set(key, found.get(key) ? `${found.get(key)}, ${item[2]}` : item[2]);
      continue;
    }
    const entry = /^( *)([^:]+):(?: (.*))?$/.exec(line);
    if (!entry) continue;
    path.length = entry[1].length / 2;
    path.push(entry[2]);
    if (entry[3] != null) found.set(path.join("."), entry[3]);
  }
  return found;
}
