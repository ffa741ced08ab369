import { element } from "./dom.js";

/** Text as its tokens, coloured by how probable each was; hovering over one, or the arrow keys, show what else might have come. */
export function tokens(list) {
  const spans = list.map((token) => {
    const p = Math.exp(token.logprob);
    const level = p > 0.9 ? 0 : p > 0.5 ? 1 : p > 0.2 ? 2 : p > 0.05 ? 3 : 4;
    return element("span", { class: `token p${level}` }, token.token.replaceAll("\n", "⏎\n"));
  });
  const box = element("div", { class: "tokens", tabindex: 0, role: "group", "aria-label": "The answer's tokens; arrow keys show their probabilities" }, ...spans);
  let at = -1;
  const show = (index) => {
    spans[at]?.classList.remove("current");
    at = index;
    if (at < 0) return hide();
    spans[at].classList.add("current");
    tip(spans[at], list[at]);
  };
  box.addEventListener("mouseover", (event) => show(spans.indexOf(event.target)));
  box.addEventListener("mouseleave", () => show(-1));
  box.addEventListener("blur", () => show(-1));
  box.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      event.preventDefault();
      show(Math.max(0, Math.min(spans.length - 1, at + step)));
    } else if (event.key === "Escape") {
      show(-1);
    }
  });
  return box;
}

let shown = null;

function hide() {
  shown?.remove();
  shown = null;
}

function tip(anchor, token) {
  hide();
  const drawn = (other) => other.token === token.token && other.logprob === token.logprob; // tokens that are no whole character look alike
  const rows = token.top_logprobs.some(drawn) ? token.top_logprobs : [token, ...token.top_logprobs];
  shown = element("div", { class: "tip", role: "status" }, element("table", {}, element("tbody", {}, ...rows.map((other) =>
    element("tr", { class: drawn(other) ? "drawn" : "" },
      element("td", {}, visible(other.token)), element("td", {}, percent(other.logprob)))))));
  document.body.append(shown);
  const box = anchor.getBoundingClientRect();
  const size = shown.getBoundingClientRect();
  const below = box.bottom + size.height + 8 < innerHeight;
  shown.style.left = `${Math.max(8, Math.min(box.left, innerWidth - size.width - 8))}px`;
  shown.style.top = `${below ? box.bottom + 4 : Math.max(8, box.top - size.height - 4)}px`;
}

function visible(text) {
  return text.replaceAll("\n", "⏎").replaceAll("\t", "⇥").replaceAll(" ", "␣");
}

function percent(logprob) {
  const p = 100 * Math.exp(logprob);
  return p >= 0.1 ? `${p.toFixed(1)} %` : "< 0.1 %";
}
