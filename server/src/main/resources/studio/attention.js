import { post } from "./api.js";
import { element } from "./dom.js";

const state = { text: "The cat sat on the mat because it was warm." };
const SIZE = 96; // pixels of a head's picture

export function open(place, models) {
  const model = models.find((one) => one.context_length);
  const text = element("textarea", { rows: 2 }, state.text);
  const result = element("div", { "aria-live": "polite" });
  place.append(element("div", { class: "attention" },
    element("form", { onsubmit: look }, element("label", {}, "A sentence", text), element("button", { class: "primary" }, "Look")), result));
  if (model) look();
  else result.append(element("p", { class: "quiet" }, "This server has no model that writes text."));
  return null;

  async function look(event) {
    event?.preventDefault();
    state.text = text.value;
    result.replaceChildren(element("p", { class: "quiet" }, "computing…"));
    try {
      show(await post("/studio/api/attention", { text: state.text }));
    } catch (failure) {
      result.replaceChildren(element("p", { class: "wrong", role: "alert" }, failure.message));
    }
  }

  /** found: {tokens: [text], weights: [layer][head][query][key]}. */
  function show(found) {
    let layer = 0;
    let head = -1; // all heads of the layer, averaged
    let from = found.tokens.length - 1;
    const heads = element("div", { class: "heads", role: "group", "aria-label": "Heads" });
    const words = element("div", { class: "words", role: "group", "aria-label": "Tokens" });
    const said = element("p", { class: "quiet" });
    const layers = element("select", { onchange: (event) => {
      layer = Number(event.target.value);
      draw();
    } }, ...found.weights.map((_, index) => element("option", { value: index }, String(index + 1))));
    result.replaceChildren(element("label", { class: "bar" }, "Layer", layers), heads,
      element("p", { class: "quiet" }, "Choose a token to see what it attends to; the stronger its colour, the more."), words, said);
    draw();

    function weights(which) {
      const all = found.weights[layer];
      return which >= 0 ? all[which] : all[0].map((row, query) => row.map((_, key) => all.reduce((sum, one) => sum + one[query][key], 0) / all.length));
    }

    function draw() {
      heads.replaceChildren(...[-1, ...found.weights[layer].keys()].map((which) => element("button", { type: "button", "aria-pressed": which === head, onclick: () => {
        head = which;
        draw();
      } }, element("figure", {}, picture(weights(which)), element("figcaption", {}, which < 0 ? "mean" : `head ${which + 1}`)))));
      const row = weights(head)[from];
      words.replaceChildren(...found.tokens.map((token, key) => {
        const word = element("button", { type: "button", "aria-pressed": key === from, title: key <= from ? `${(100 * row[key]).toFixed(1)} %` : "comes later", onclick: () => {
          from = key;
          draw();
          words.children[key].focus();
        } }, token.replaceAll("\n", "⏎"));
        if (key <= from) word.style.background = `color-mix(in srgb, var(--accent) calc(${Math.sqrt(row[key]).toFixed(3)} * var(--strongest)), transparent)`;
        return word;
      }));
      const best = [...row.keys()].slice(0, from + 1).sort((a, b) => row[b] - row[a]).slice(0, 3);
      said.textContent = `“${found.tokens[from].trim()}” attends to ${best.map((key) => `“${found.tokens[key].trim()}” (${(100 * row[key]).toFixed(0)} %)`).join(", ")}.`;
    }
  }
}

/** A matrix as a picture: a row for each query, a column for each key. */
function picture(matrix) {
  const canvas = element("canvas", { width: matrix.length, height: matrix.length });
  canvas.style.width = canvas.style.height = `${SIZE}px`;
  const pen = canvas.getContext("2d");
  pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--accent");
  matrix.forEach((row, query) => row.forEach((weight, key) => {
    pen.globalAlpha = Math.sqrt(weight);
    pen.fillRect(key, query, 1, 1);
  }));
  return canvas;
}
