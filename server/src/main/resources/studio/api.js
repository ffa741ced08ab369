/** Everything that the studio asks the server for. */

/** A refusal in OpenAI's format. */
export class Refusal extends Error {
  constructor(status, error) {
    super(error?.message ?? `The server answered with status ${status}.`);
    this.status = status;
    this.code = error?.code;
  }
}

const KEY = "lyceum-api-key";

function askForKey() {
  const dialog = document.getElementById("key");
  const text = document.getElementById("key-text");
  return new Promise((resolve) => {
    text.value = "";
    dialog.addEventListener("close", () => {
      sessionStorage.setItem(KEY, text.value);
      resolve();
    }, { once: true });
    if (!dialog.open) dialog.showModal();
  });
}

async function ask(path, options = {}) {
  for (let tries = 0; ; tries++) {
    const key = sessionStorage.getItem(KEY);
    const headers = { ...options.headers, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
    let answer;
    try {
      answer = await fetch(path, { ...options, headers });
    } catch (failure) {
      if (failure.name === "AbortError") throw failure;
      throw new Refusal(0, { message: "The server does not answer; is it still running?" });
    }
    if (answer.ok) return answer;
    const body = await answer.json().catch(() => null);
    if (answer.status === 401 && tries < 3) {
      await askForKey();
      continue;
    }
    throw new Refusal(answer.status, body?.error);
  }
}

/** JSON of a GET. */
export async function get(path, signal) {
  return (await ask(path, { signal })).json();
}

/** JSON of a POST. */
export async function post(path, body, signal) {
  return (await ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal })).json();
}

/** The payloads of a POST's server-sent events, until [DONE]. */
export async function* stream(path, body, signal) {
  const answer = await ask(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...body, stream: true }), signal,
  });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Refusal(0, { message: "The answer was cut off." });
    held += value;
    for (let end; (end = held.indexOf("\n\n")) >= 0; held = held.slice(end + 2)) {
      const data = held.slice(0, end).replace(/^data: /, "");
      if (data === "[DONE]") return;
      const event = JSON.parse(data);
      if (event.error) throw new Refusal(200, event.error);
      yield event;
    }
  }
}
