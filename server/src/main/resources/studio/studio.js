import { get } from "./api.js";
import { element } from "./dom.js";

/** The page behind each #name: a module whose open(place, models) fills the page and may return a function that leaves it. */
const PAGES = { talk: () => import("./talk.js"), runs: () => import("./runs.js"), attention: () => import("./attention.js") };
const place = document.getElementById("page");
let leave = null;
let models = null;
let turn = 0;

async function open() {
  const mine = ++turn;
  const name = location.hash.slice(1) in PAGES ? location.hash.slice(1) : "talk";
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  leave?.();
  leave = null;
  place.replaceChildren();
  try {
    models ??= (await get("/v1/models")).data;
    document.getElementById("model").textContent = models.map((model) => model.id).join(", ");
    const page = await PAGES[name]();
    if (mine !== turn) return;
    leave = page.open(place, models) ?? null;
  } catch (failure) {
    place.replaceChildren(element("p", { class: "wrong", role: "alert" }, failure.message));
  }
}

function theme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = document.documentElement.dataset.theme ?? (dark ? "dark" : "light");
  const next = now === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  localStorage.setItem("lyceum-theme", next);
  dispatchEvent(new Event("themechange"));
}

const kept = localStorage.getItem("lyceum-theme");
if (kept) document.documentElement.dataset.theme = kept;
document.getElementById("theme").addEventListener("click", theme);
addEventListener("hashchange", open);
open();
