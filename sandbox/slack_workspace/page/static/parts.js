// Regions of the page, fetched anew when the server says that they changed, and swapped without disturbing the reader.
import { datesIn, dividers } from "./dates.js";
import { remember, upgrade } from "./controls.js";
import { bookmark } from "./focus.js";
import { part } from "./server.js";

const region = (name) => document.querySelector(`[data-part="${name}"]`);
const running = new Map();
const after = [];

export const onSwap = (listener) => after.push(listener);

// One fetch per region at a time; what changes meanwhile is fetched once more.
export function refresh(name) {
  const current = running.get(name);
  if (current) {
    current.again = true;
    return current.done;
  }
  const run = { again: false };
  running.set(name, run);
  run.done = load(name, run).finally(() => running.delete(name));
  return run.done;
}

async function load(name, run) {
  do {
    run.again = false;
    const html = region(name) && (await part(name, since(name)).catch(() => null));
    if (html != null && !run.again) swap(name, html);
  } while (run.again);
}

// Who reads far back keeps all from there on; at the end the newest are enough.
let older = "";

export function showOlder(ts) {
  older = ts;
  return refresh("channel");
}

function since(name) {
  if (name !== "channel") return "";
  const first = region(name).querySelector(":scope > .item")?.dataset.ts ?? "";
  const oldest = older || (atEnd(region(name).closest(".scroll")) ? "" : first);
  older = "";
  return oldest;
}

function swap(name, html) {
  const target = region(name);
  if (!target) return;
  const template = document.createElement("template");
  template.innerHTML = html;
  if (target.matches(".messages")) swapMessages(target, template.content);
  else if (name === "modal") swapModal(target, template.content);
  else swapWhole(target, template.content);
  after.forEach((listener) => listener(name, target));
}

export function ready(root) {
  upgrade(root);
  datesIn(root);
}

function swapWhole(target, fresh) {
  const restore = remember(target);
  ready(fresh);
  target.replaceChildren(fresh);
  restore(target);
}

// The same view keeps its dialog, and what was typed; another one opens anew. The last one gives the focus back.
let goBack = null;

function swapModal(target, fresh) {
  const now = target.querySelector("dialog");
  const next = fresh.querySelector("dialog");
  if (next) ready(next);
  if (now && next && now.dataset.viewId === next.dataset.viewId) {
    const restore = remember(now);
    const wasWaiting = !now.querySelector(CONTROLS);
    const top = now.querySelector(".modal__body").scrollTop;
    now.replaceChildren(...next.childNodes);
    now.querySelector(".modal__body").scrollTop = top;
    restore(now);
    if (wasWaiting || !now.querySelector(":focus")) focusFirst(now);
    now.querySelector(".input--wrong :is(input, textarea)")?.focus();
    return;
  }
  now?.close();
  target.replaceChildren(fresh);
  if (next) return present(next);
  goBack?.();
  goBack = null;
}

export function present(dialog) {
  goBack ??= bookmark();
  dialog.showModal();
  focusFirst(dialog);
}

const CONTROLS = ".modal__body :is(input, textarea, .button)";

function focusFirst(dialog) {
  const first = dialog.querySelector("[data-focus]") ?? dialog.querySelector(CONTROLS);
  (first ?? dialog.querySelector("[type=submit]"))?.focus({ preventScroll: true });
}

function swapMessages(list, fresh) {
  const scroller = list.closest(".scroll");
  const wasAtEnd = atEnd(scroller);
  const anchor = wasAtEnd ? null : anchorOf(list, scroller);
  const newest = list.querySelector(":scope > .item:last-of-type")?.dataset.ts ?? "";
  const added = merge(list, fresh).filter((item) => item.dataset.ts > newest);
  dividers(list);
  if (wasAtEnd) toEnd(scroller);
  else if (anchor?.item.isConnected) scroller.scrollTop += anchor.item.offsetTop - anchor.top;
  if (added.length) announce(added.at(-1));
  if (added.length && !wasAtEnd) scroller.dispatchEvent(new CustomEvent("unseen", { bubbles: true }));
}

function merge(list, fresh) {
  const old = new Map([...list.querySelectorAll(":scope > .item")].map((item) => [item.dataset.ts, item]));
  const added = [];
  let before = welcome(list, fresh);
  for (const item of fresh.querySelectorAll(".item")) {
    const known = old.get(item.dataset.ts);
    old.delete(item.dataset.ts);
    if (known) update(known, item);
    else place(list, before, item);
    if (!known) added.push(item);
    before = known ?? item;
  }
  old.forEach((item) => item.remove());
  return added;
}

// What stands above the first message.
function welcome(list, fresh) {
  const [old, next] = [list, fresh].map((each) => each.querySelector(".welcome"));
  if (!old || !next || old.innerHTML === next.innerHTML) return old;
  const refocus = old.contains(document.activeElement) ? bookmark() : null;
  old.replaceWith(next);
  refocus?.();
  return next;
}

function place(list, before, item) {
  ready(item);
  if (before) before.after(item);
  else list.prepend(item);
}

// New messages are read aloud once; what merely changes is not.
function announce(item) {
  const [author, content] = ["article", ".message__content"].map((each) => item.querySelector(each));
  document.getElementById("announcer").textContent =
    `${author.getAttribute("aria-label")}: ${content.textContent.replace(/\s+/g, " ").trim().slice(0, 240)}`;
}

function update(item, next) {
  if (item.dataset.rev === next.dataset.rev) return;
  const restore = remember(item);
  ready(next);
  item.replaceChildren(...next.childNodes);
  item.dataset.rev = next.dataset.rev;
  restore(item);
}

// The first message that the reader sees, so that it stays where it is.
function anchorOf(list, scroller) {
  const item = [...list.querySelectorAll(".item")].find((each) => each.offsetTop + each.offsetHeight > scroller.scrollTop);
  return item && { item, top: item.offsetTop };
}

export const atEnd = (scroller) => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 48;
export const toEnd = (scroller) => (scroller.scrollTop = scroller.scrollHeight);
