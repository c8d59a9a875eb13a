// A select with search: one or several options, from the page or, as one types, from the app.
import { postForHtml, sourceOf } from "./server.js";
import { fit } from "./menus.js";

const listOf = (input) => document.getElementById(input.getAttribute("aria-controls"));
const isMulti = (input) => "multi" in input.dataset;
const waiting = new WeakMap();

export const isCombo = (element) => element.matches?.("[role=combobox][data-element]");
export const selectionOf = (input) => JSON.parse(input.dataset.selected || "[]");

// Show what is selected: as text, or as chips before the input where several may be.
export function chips(input) {
  const selected = selectionOf(input);
  if (!isMulti(input)) {
    input.value = selected[0]?.text ?? "";
    return;
  }
  const box = input.parentElement;
  box.querySelectorAll(".chip").forEach((chip) => chip.remove());
  for (const option of selected) input.before(chip(input, option));
  input.value = "";
}

function chip(input, option) {
  const shown = document.createElement("button");
  shown.type = "button";
  shown.className = "chip";
  shown.textContent = `${option.text} ×`;
  shown.setAttribute("aria-label", `Remove ${option.text}`);
  shown.addEventListener("click", () => select(input, selectionOf(input).filter((each) => each.value !== option.value)));
  return shown;
}

function select(input, selected) {
  input.dataset.selected = JSON.stringify(selected);
  input.dataset.dirty = "true";
  chips(input);
  input.dispatchEvent(new CustomEvent("chosen", { bubbles: true }));
}

export function open(input) {
  listOf(input).hidden = false;
  input.setAttribute("aria-expanded", "true");
  mark(input);
  fit(listOf(input));
}

// Somebody deleted the text of a choice: then nothing is chosen. A menu that tells the app at once keeps its last choice.
function emptied(input) {
  return input.dataset.emptied === "true" && !isMulti(input) && !input.dataset.live && selectionOf(input).length > 0;
}

// The same select after a swap: what was typed and offered stays.
export function reopen(input, { value, offered }) {
  input.value = value;
  if ("external" in input.dataset) listOf(input).replaceChildren(...offered);
  open(input);
  if (!("external" in input.dataset)) filter(input);
}

export function close(input) {
  if (emptied(input)) select(input, []);
  input.dataset.emptied = "false";
  listOf(input).hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
  chips(input);
}

function mark(input) {
  const held = new Set(selectionOf(input).map((option) => option.value));
  for (const option of options(input)) option.setAttribute("aria-selected", held.has(option.dataset.value));
}

const options = (input) => [...listOf(input).querySelectorAll("[role=option]")];
const shown = (input) => options(input).filter((option) => !option.hidden);

export function search(input) {
  input.dataset.emptied = String(input.value === "");
  open(input);
  if ("external" in input.dataset) ask(input);
  else filter(input);
}

function filter(input) {
  const wanted = input.value.trim().toLowerCase();
  for (const option of options(input)) option.hidden = !option.dataset.text.toLowerCase().includes(wanted);
  say(input, shown(input).length ? "" : "No results");
}

function ask(input) {
  clearTimeout(waiting.get(input));
  if (input.value.trim().length < Number(input.dataset.external)) {
    listOf(input).replaceChildren();
    say(input, `Type at least ${input.dataset.external} characters to see options`);
    return;
  }
  if (!options(input).length) say(input, "Loading…");
  waiting.set(input, setTimeout(() => fetchOptions(input), 150));
}

async function fetchOptions(input) {
  const typed = input.value.trim();
  const { actionId, blockId } = input.dataset;
  const html = await postForHtml("/do/suggest", { source: sourceOf(input), action_id: actionId, block_id: blockId, value: typed });
  if (!input.isConnected || input.value.trim() !== typed) return;
  listOf(input).innerHTML = html;
  mark(input);
  say(input, options(input).length ? "" : "No results");
  fit(listOf(input));
}

function say(input, text) {
  listOf(input).querySelector(".combo__note")?.remove();
  if (!text) return;
  const note = document.createElement("li");
  note.className = "combo__note";
  note.textContent = text;
  listOf(input).append(note);
}

export function show(input) {
  for (const option of options(input)) option.hidden = false;
  if (!isMulti(input)) input.select();
  if ("external" in input.dataset) ask(input);
  open(input);
}

export function pick(option) {
  const list = option.closest("[role=listbox]");
  const input = document.querySelector(`[aria-controls="${list.id}"]`);
  input.dataset.emptied = "false";
  const chosen = { value: option.dataset.value, text: option.dataset.text };
  const others = isMulti(input) ? selectionOf(input) : [];
  const rest = others.filter((each) => each.value !== chosen.value);
  const added = rest.length === others.length && rest.length < (Number(input.dataset.multi) || 1);
  select(input, added ? [...rest, chosen] : rest);
  if (isMulti(input)) {
    for (const each of options(input)) each.hidden = false;
    mark(input);
    input.focus();
  } else close(input);
}

export function keydown(event) {
  const input = event.target;
  const expanded = input.getAttribute("aria-expanded") === "true";
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!expanded) show(input);
    else move(input, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && expanded) {
    event.preventDefault();
    const active = listOf(input).querySelector(".active") ?? (shown(input).length === 1 ? shown(input)[0] : null);
    if (active) pick(active);
  } else if (event.key === "Escape" && expanded) {
    event.preventDefault();
    event.stopPropagation();
    close(input);
  } else if (event.key === "Backspace" && isMulti(input) && !input.value) {
    select(input, selectionOf(input).slice(0, -1));
  }
}

function move(input, step) {
  const all = shown(input);
  const at = all.findIndex((option) => option.classList.contains("active"));
  const next = all[(at + step + all.length) % all.length];
  if (!next) return;
  all[at]?.classList.remove("active");
  next.classList.add("active");
  next.id ||= `${listOf(input).id}-${all.indexOf(next)}`;
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}
