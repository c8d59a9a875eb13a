// Talks to the page's own server, always as the person this page acts as.
const me = document.body.dataset.as;

const address = (path, query = {}) => `${path}?${new URLSearchParams({ ...query, as: me })}`;

export async function part(name, since = "") {
  const { channel, thread } = document.body.dataset;
  const answer = await fetch(address(`/part/${name}`, { channel, thread, since }));
  return answer.ok ? answer.text() : null;
}

async function send(path, body) {
  return fetch(address(path), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

// `{ok}` or `{ok: false, error}`; never throws.
export async function post(path, body = {}) {
  try {
    return await (await send(path, body)).json();
  } catch {
    return { ok: false, error: "The workspace cannot be reached. Is the sandbox still running?" };
  }
}

// HTML, or nothing where it failed.
export async function postForHtml(path, body) {
  try {
    const answer = await send(path, body);
    return answer.ok ? await answer.text() : "";
  } catch {
    return "";
  }
}

// Where a control stands: its message, or its modal or Home tab.
export function sourceOf(control) {
  const view = control.closest(".view");
  if (view) return { view: view.dataset.viewId };
  return { channel: document.body.dataset.channel, ts: control.closest(".item").dataset.ts };
}

export const live = () => new EventSource(address("/live"));
