import DOMPurify from "./purify.js";
import { marked } from "./marked.js";
import { stream } from "./api.js";
import { element } from "./dom.js";
import { tokens } from "./tokens.js";

/** What stays while other pages are looked at. */
const state = { messages: [], mode: "chat", system: "", probabilities: false, temperature: 0.8, topP: 0.95, maxTokens: 256, seed: "" };
const SUGGESTIONS = { chat: "Say something to the model…", text: "A text for the model to go on with…" };

export function open(place, models) {
  const model = models.find((one) => one.context_length);
  if (!model) {
    place.append(element("p", { class: "quiet" }, "This server has no model that writes text, only one for embeddings."));
    return null;
  }
  state.maxTokens = Math.min(state.maxTokens, Math.floor(model.context_length / 2));
  let running = null;

  const messages = element("div", { class: "messages", "aria-live": "polite" });
  const input = element("textarea", { rows: 2, "aria-label": "Your message", placeholder: SUGGESTIONS[state.mode], oninput: grow, onkeydown: keys });
  const send = element("button", { class: "primary", onclick: () => say(input.value) }, "Send");
  const stop = element("button", { onclick: () => running?.abort(), disabled: true }, "Stop");
  const composer = element("div", { class: "composer" }, input, element("div", { class: "buttons" }, send, stop));
  place.append(element("div", { class: "talk" },
    element("section", { class: "conversation", "aria-label": "Conversation" }, messages, composer), settings()));
  addEventListener("keydown", escape);
  draw();
  input.focus();
  return () => {
    removeEventListener("keydown", escape);
    running?.abort();
  };

  function settings() {
    const box = element("details", { class: "settings", open: matchMedia("(min-width: 48.01rem)").matches },
      element("summary", {}, "Settings"),
      choice("What it does", "mode", { chat: "Answers (a conversation)", text: "Goes on with a text" }, () => {
        state.messages = [];
        input.placeholder = SUGGESTIONS[state.mode];
        draw();
      }),
      field("System message", element("textarea", { rows: 3, oninput: (event) => (state.system = event.target.value) }, state.system)),
      range("Temperature", "temperature", 0, 2, 0.05),
      range("Top-p", "topP", 0.05, 1, 0.05),
      range("Most tokens", "maxTokens", 8, Math.max(16, model.context_length - 16), 8),
      field("Seed", element("input", { inputmode: "numeric", pattern: "-?[0-9]*", placeholder: "random", value: state.seed, oninput: (event) => (state.seed = event.target.value) })),
      element("label", { class: "check" }, element("input", { type: "checkbox", checked: state.probabilities, onchange: (event) => {
        state.probabilities = event.target.checked;
        draw();
      } }), "Show how probable each token was"),
      element("button", { onclick: () => {
        running?.abort();
        state.messages = [];
        draw();
        input.focus();
      } }, "New conversation"),
      element("p", { class: "quiet" }, "Enter sends, Shift+Enter breaks the line, Esc stops."));
    return box;
  }

  function field(name, control) {
    return element("label", { class: "field" }, name, control);
  }

  function choice(name, key, options, changed) {
    return field(name, element("select", { onchange: (event) => {
      state[key] = event.target.value;
      changed();
    } }, ...Object.entries(options).map(([value, text]) => element("option", { value, selected: state[key] === value }, text))));
  }

  function range(name, key, min, max, step) {
    const value = element("span", { class: "value" }, String(state[key])); // no output: the label would be its, and not the slider's
    return element("label", { class: "field" }, name, value, element("input", { type: "range", min, max, step, value: state[key], oninput: (event) => {
      state[key] = Number(event.target.value);
      value.textContent = event.target.value;
    } }));
  }

  function grow() {
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + 2}px`;
  }

  function keys(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      say(input.value);
    }
  }

  function escape(event) {
    if (event.key === "Escape") running?.abort();
  }

  function say(text) {
    if (running || !text.trim()) return;
    if (state.mode === "text") state.messages = [];
    state.messages.push({ role: "user", content: text });
    input.value = "";
    grow();
    answer();
  }

  function regenerate() {
    if (running) return;
    state.messages.pop();
    answer();
  }

  async function answer() {
    const chat = state.mode === "chat";
    const asked = state.messages.slice();
    const said = { role: "assistant", content: "", tokens: [], pending: true };
    state.messages.push(said);
    running = new AbortController();
    send.disabled = true;
    stop.disabled = false;
    draw();
    const common = { model: model.id, temperature: state.temperature, top_p: state.topP, max_tokens: state.maxTokens };
    if (/^-?\d+$/.test(state.seed.trim())) common.seed = Number(state.seed);
    const system = state.system.trim() ? [{ role: "system", content: state.system }] : [];
    const body = chat
      ? { ...common, messages: [...system, ...asked.map(({ role, content }) => ({ role, content }))], logprobs: true, top_logprobs: 5 }
      : { ...common, prompt: asked[0].content, logprobs: 5 };
    const began = performance.now();
    try {
      for await (const chunk of stream(chat ? "/v1/chat/completions" : "/v1/completions", body, running.signal)) {
        const part = chunk.choices[0];
        if (!part) continue;
        said.content += (chat ? part.delta.content : part.text) ?? "";
        said.tokens.push(...(chat ? part.logprobs?.content ?? [] : older(part.logprobs)));
        said.finish = part.finish_reason ?? said.finish;
        refresh(said);
      }
    } catch (failure) {
      if (failure.name === "AbortError") said.finish = "stopped";
      else said.wrong = failure.message;
    }
    said.pending = false;
    said.seconds = (performance.now() - began) / 1000;
    running = null;
    send.disabled = false;
    stop.disabled = true;
    draw();
  }

  function draw() {
    messages.replaceChildren(...state.messages.map((message, index) => {
      const last = index === state.messages.length - 1;
      const box = element("article", { class: `message ${message.role}${message.pending ? " pending" : ""}` });
      message.box = box;
      fill(message, last);
      return box;
    }));
    messages.scrollTop = messages.scrollHeight;
  }

  function refresh(message) {
    const follow = messages.scrollHeight - messages.scrollTop - messages.clientHeight < 80;
    fill(message, true);
    if (follow) messages.scrollTop = messages.scrollHeight;
  }

  function fill(message, last) {
    const mine = message.role === "user";
    const notes = [mine ? "You" : model.id];
    if (message.finish === "length") notes.push("reached the most tokens");
    if (message.finish === "stopped") notes.push("stopped");
    if (message.finish === "stop" && !message.content) notes.push("ended at once, without a word");
    if (message.tokens?.length && message.seconds) notes.push(`${message.tokens.length} tokens, ${(message.tokens.length / message.seconds).toFixed(1)} a second`);
    const who = element("div", { class: "who" }, notes.join(" · "));
    if (!mine && last && !message.pending) who.append(element("button", { class: "link", onclick: regenerate }, "Regenerate"));
    message.box.replaceChildren(who, said(message, mine));
    if (message.wrong) message.box.append(element("p", { class: "wrong", role: "alert" }, message.wrong));
  }

  function said(message, mine) {
    if (mine) return element("div", { class: "said" }, message.content);
    if (state.probabilities && message.tokens.length) return element("div", { class: "said" }, tokens(message.tokens));
    if (state.mode === "text") return element("div", { class: "said plain" }, message.content);
    const box = element("div", { class: "said" });
    // What a model writes may be hostile: sanitised to a fragment, never through innerHTML of ours.
    box.append(DOMPurify.sanitize(marked.parse(message.content), { RETURN_DOM_FRAGMENT: true, FORBID_TAGS: ["style", "form", "input", "button", "img", "video", "audio"], FORBID_ATTR: ["style", "id", "class"] }));
    for (const link of box.querySelectorAll("a")) {
      link.target = "_blank";
      link.rel = "noopener noreferrer";
    }
    return box;
  }
}

/** The completions' parallel arrays in the chat's shape. */
function older(logprobs) {
  return (logprobs?.tokens ?? []).map((token, index) => ({
    token, logprob: logprobs.token_logprobs[index],
    top_logprobs: Object.entries(logprobs.top_logprobs[index] ?? {}).map(([other, logprob]) => ({ token: other, logprob })),
  }));
}
