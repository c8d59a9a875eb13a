// Where the keyboard is, in words that outlive a swap of HTML: a region, a message in it, and what the element is called.
const FOCUSABLE = "a[href], button, input, textarea";

const hostIn = (part, ts) => document.querySelector(`[data-part="${part}"]${ts ? ` > .item[data-ts="${ts}"]` : ""}`);

function nameOf(element) {
  const { actionId, value, element: kind } = element.closest("[data-element]")?.dataset ?? {};
  const { testid, channel, openThread } = element.dataset;
  const choice = kind === "checkboxes" || kind === "radio_buttons" ? element.value : null;
  return JSON.stringify([element.tagName, testid, channel, openThread, actionId, value, choice]);
}

const namesakes = (host, name) => [...host.querySelectorAll(FOCUSABLE)].filter((each) => nameOf(each) === name);

// A way back to the element: itself, or what stands in its place; the message where nothing does.
export function bookmark(element = document.activeElement) {
  const part = element?.closest("[data-part]")?.dataset.part;
  const item = element?.closest(".item");
  const [ts, name] = [item?.dataset.ts, element && nameOf(element)];
  const at = part ? namesakes(hostIn(part, ts), name).indexOf(element) : -1;
  return () => {
    if (element?.isConnected) return element.focus({ preventScroll: true });
    const host = part && hostIn(part, ts);
    if (!host) return;
    const found = namesakes(host, name);
    const next = found[at] ?? found.at(-1) ?? (ts ? host : null);
    if (next === host) host.tabIndex = -1;
    next?.focus({ preventScroll: true });
    select(element, next);
  };
}

function select(old, next) {
  if (old.selectionStart == null || !next?.setSelectionRange || !/^(text|url|textarea)$/.test(old.type)) return;
  next.setSelectionRange(old.selectionStart, old.selectionEnd);
}
