// The page's one entry: hears what changed, and what the person does.
import * as combo from "./combo.js";
import * as menus from "./menus.js";
import { act, closeView, notice, submit, toast } from "./actions.js";
import { atEnd, onSwap, present, ready, refresh, showOlder, toEnd } from "./parts.js";
import { composers } from "./composer.js";
import { datesIn, dividers } from "./dates.js";
import { bookmark } from "./focus.js";
import { live, post } from "./server.js";

const here = document.body.dataset;
const app = document.querySelector(".app");
const thread = document.querySelector(".thread");
const ENTER = "on_enter_pressed";

function start() {
  ready(document);
  document.querySelectorAll(".messages").forEach(dividers);
  document.querySelectorAll(".scroll").forEach(toEnd);
  const modal = document.querySelector("[data-part=modal] dialog");
  if (modal) present(modal);
  composers();
  listen();
  unread();
  setInterval(() => datesIn(document), 30000);
  if (here.place === "home") post("/do/home");
  else if (!modal) document.querySelector(".pane [name=text]")?.focus();
  document.documentElement.dataset.ready = "true";
}

// --- what changed -----------------------------------------------------------------------------------------

function listen() {
  const events = live();
  let opened = false;
  events.onmessage = (event) => changed(JSON.parse(event.data));
  const offline = document.querySelector(".offline");
  events.onopen = () => {
    document.documentElement.dataset.live = "true";
    offline.textContent = "";
    if (opened) everything();
    opened = true;
  };
  events.onerror = () => {
    document.documentElement.dataset.live = "false";
    offline.textContent = "The sandbox does not answer. Trying again…";
  };
}

function changed({ kind, channel, view, text }) {
  if (kind === "view") refresh("modal");
  else if (kind === "home") refresh("home");
  else if (kind === "notice") notice(text, view);
  else if (kind === "members" || kind === "channel") ["sidebar", "head"].forEach(refresh);
  else if (channel === here.channel) ["channel", ...(here.thread ? ["thread"] : [])].forEach(refresh);
  else refresh("sidebar");
}

const everything = () => ["sidebar", "head", "channel", "home", "modal", ...(here.thread ? ["thread"] : [])].forEach(refresh);

onSwap((name) => {
  if (name === "sidebar" || name === "channel") unread();
});

// Channels with something newer than what this person last saw stand out.
function unread() {
  for (const link of document.querySelectorAll(".sidebar__link[data-channel]")) {
    const name = `read ${here.as} ${link.dataset.channel}`;
    if (link.dataset.channel === here.channel) {
      const items = document.querySelectorAll("[data-part=channel] > .item");
      sessionStorage.setItem(name, items[items.length - 1]?.dataset.ts ?? link.dataset.latest);
    }
    const seen = sessionStorage.getItem(name) ?? sessionStorage.setItem(name, link.dataset.latest) ?? link.dataset.latest;
    link.classList.toggle("sidebar__link--unread", link.dataset.latest > seen && link.dataset.channel !== here.channel);
  }
}

// --- what the person does -----------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const { target } = event;
  const find = (selector) => target.closest?.(selector);
  if (!find(".menu")) menus.closeAll();
  if (find("[data-open-thread]")) return openThread(event, find("[data-open-thread]").dataset.openThread);
  if (find("[data-close-thread]")) return closeThread();
  if (find("[data-toggle-sidebar]")) return showSidebar(!app.classList.contains("app--sidebar"));
  if (find(".latest")) return toEnd(find(".latest").parentElement.querySelector(".scroll"));
  if (find("[data-older]")) return showOlder(find("[data-older]").dataset.older);
  if (find("[data-person]")) return switchPerson(event, find("[data-person]").dataset.person);
  if (find('[aria-haspopup="menu"]')) return menus.toggle(find('[aria-haspopup="menu"]'));
  if (find("[role=menuitem]")) return chooseItem(find("[role=menuitem]"));
  if (find(".combo__list [role=option]")) return combo.pick(find("[role=option]"));
  if (find("[data-close]")) return closeView(find(".view").dataset.viewId, find("[data-close]").dataset.close === "all");
  if (find("button[data-live=press], a[data-live=link]")) act(find("[data-element]"));
  if (!find(".sidebar")) showSidebar(false);
});

function chooseItem(item) {
  const trigger = item.closest(".menu").querySelector("[aria-haspopup]");
  menus.close(trigger);
  trigger.focus({ preventScroll: true });
  if (trigger.dataset.element) act(trigger, item.dataset.value);
  if (item.dataset.shortcut) choose(item.dataset.shortcut);
}

async function choose(shortcut) {
  const answer = await post("/do/shortcut", { callback_id: shortcut, channel: here.channel });
  if (!answer.ok) toast(answer.error);
}

document.addEventListener("mousedown", (event) => {
  if (event.target.closest?.(".combo__list")) event.preventDefault();
});

document.addEventListener("focusin", ({ target }) => {
  if (combo.isCombo(target) && target.matches(":focus-visible") && !target.closest("dialog:not([open])")) target.select?.();
});
document.addEventListener("click", ({ target }) => combo.isCombo(target) && combo.show(target));
document.addEventListener("focusout", ({ target }) => combo.isCombo(target) && combo.close(target));
document.addEventListener("reopen", ({ target, detail: old }) => {
  const offered = old.closest(".element").querySelector(".popup").children;
  if (combo.isCombo(target)) combo.reopen(target, { value: old.value, offered });
  else if (target.matches("[aria-haspopup=menu]")) menus.open(target, { focus: false });
});

document.addEventListener("input", ({ target }) => {
  if (combo.isCombo(target)) return combo.search(target);
  const control = target.closest("[data-element]");
  if (!control) return;
  control.dataset.dirty = "true";
  if (control.dataset.trigger?.includes("on_character_entered")) act(control);
});
document.addEventListener("change", ({ target }) => {
  const control = target.closest("[data-element]");
  if (control?.dataset.live === "change" && !control.dataset.trigger && !combo.isCombo(control)) act(control);
});
document.addEventListener("chosen", ({ target }) => target.dataset.live === "change" && act(target));

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".modal__form")) return;
  event.preventDefault();
  if (event.target.querySelector("[type=submit]")) submit(event.target);
});

document.addEventListener("keydown", (event) => {
  if (combo.isCombo(event.target)) return combo.keydown(event);
  if (event.target.closest("[role=menu]")) return menus.keydown(event);
  const { trigger } = event.target.dataset ?? {};
  if (event.key === "Enter" && event.target.matches("input[data-trigger]") && trigger.includes(ENTER)) {
    event.preventDefault();
    act(event.target);
  }
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  if (app.classList.contains("app--sidebar")) showSidebar(false);
  else if (here.thread) closeThread();
});

// Escape asks the app's view to close; the answer takes it away.
document.addEventListener("cancel", (event) => {
  const view = event.target.dataset?.viewId;
  if (!view) return;
  event.preventDefault();
  closeView(view, false);
}, true);

// A second Escape closes a dialog whatever the page says: then the view goes too.
document.addEventListener("close", ({ target }) => {
  if (target.isConnected && target.dataset?.viewId) closeView(target.dataset.viewId, false);
}, true);

function switchPerson(event, name) {
  event.preventDefault();
  location.href = `${location.pathname}?as=${name}`;
}

// In a narrow window the sidebar lies over the channel.
function showSidebar(on) {
  if (app.classList.contains("app--sidebar") === on) return;
  const toggle = document.querySelector("[data-toggle-sidebar]");
  app.classList.toggle("app--sidebar", on);
  toggle.setAttribute("aria-expanded", String(on));
  (on ? document.querySelector(".sidebar__link[aria-current]") : toggle)?.focus();
}

// --- threads and scrolling ----------------------------------------------------------------------------------

let leaveThread = null; // back to where the keyboard came from; a mouse wants to write on

async function openThread(event, ts) {
  event.preventDefault();
  if (!thread.contains(event.target)) leaveThread = event.detail === 0 ? bookmark() : null;
  const reply = thread.querySelector("[name=text]");
  if (here.thread !== ts) {
    thread.querySelector(".messages").replaceChildren();
    if (reply) reply.value = "";
  }
  setThread(ts);
  history.pushState(null, "", `${here.path}/t/${ts}?as=${here.as}`);
  await refresh("thread");
  toEnd(thread.querySelector(".scroll"));
  reply?.focus();
}

function closeThread() {
  setThread("");
  history.pushState(null, "", `${here.path}?as=${here.as}`);
  if (leaveThread) leaveThread();
  else document.querySelector(".pane [name=text]")?.focus();
}

function setThread(ts) {
  const scroller = document.querySelector(".pane .scroll");
  const stay = atEnd(scroller);
  here.thread = ts;
  thread.hidden = !ts;
  app.classList.toggle("app--thread", Boolean(ts));
  if (stay) toEnd(scroller);
}

window.addEventListener("popstate", () => location.reload());

const latest = document.querySelector(".latest");
document.addEventListener("unseen", ({ target }) => {
  if (target.closest(".pane")) latest.hidden = false;
});
document.querySelector(".pane .scroll")?.addEventListener("scroll", ({ target }) => {
  if (atEnd(target)) latest.hidden = true;
});

start();
