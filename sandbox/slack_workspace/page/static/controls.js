// Block Kit controls: what they hold, in the short form that the server takes, and what is kept when HTML is swapped.
import { chips, selectionOf } from "./combo.js";
import { bookmark } from "./focus.js";

const key = (control) => `${control.dataset.blockId} ${control.dataset.actionId}`;
const controlsIn = (root) => [...root.querySelectorAll("[data-element]")];
const CHOICES = new Set(["checkboxes", "radio_buttons"]);
const STATELESS = new Set(["button", "overflow", "workflow_button", "icon_button"]);

export function valueOf(control) {
  const kind = control.dataset.element;
  if (STATELESS.has(kind)) return control.dataset.value ?? null;
  if (CHOICES.has(kind)) {
    const chosen = [...control.querySelectorAll("input:checked")].map((input) => input.value);
    return kind === "checkboxes" ? chosen : (chosen[0] ?? null);
  }
  if (kind.endsWith("_select")) {
    const values = selectionOf(control).map((option) => option.value);
    return "multi" in control.dataset ? values : (values[0] ?? null);
  }
  if (kind === "datetimepicker") return control.value ? Math.floor(new Date(control.value) / 1000) : null;
  return control.value === "" ? null : control.value;
}

// `{block_id: {action_id: value}}` of every control that holds something.
export function valuesIn(root) {
  const values = {};
  for (const control of controlsIn(root)) {
    const { element, blockId, actionId } = control.dataset;
    if (!STATELESS.has(element)) (values[blockId] ??= {})[actionId] = valueOf(control);
  }
  return values;
}

export function upgrade(root) {
  for (const control of controlsIn(root)) {
    if (control.dataset.element.endsWith("_select")) chips(control);
    if (control.dataset.epochValue) control.value = localMinutes(Number(control.dataset.epochValue));
  }
}

function localMinutes(epoch) {
  const date = new Date(epoch * 1000);
  return new Date(epoch * 1000 - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

// What somebody is in the middle of: unsent input, the focus, an open menu. Give it the old HTML, then the new.
export function remember(root) {
  const held = controlsIn(root).filter((control) => control.dataset.dirty).map((control) => [key(control), control]);
  const refocus = root.contains(document.activeElement) ? bookmark() : null;
  const open = controlsIn(root).filter((control) => control.getAttribute("aria-expanded") === "true");
  return (fresh) => {
    const now = new Map(controlsIn(fresh).map((control) => [key(control), control]));
    for (const [id, old] of held) if (now.has(id)) keep(old, now.get(id));
    for (const old of open) now.get(key(old))?.dispatchEvent(new CustomEvent("reopen", { bubbles: true, detail: old }));
    refocus?.();
  };
}

function keep(old, control) {
  if (old.dataset.element !== control.dataset.element) return;
  control.dataset.dirty = "true";
  if (CHOICES.has(control.dataset.element)) {
    const chosen = new Set([...old.querySelectorAll("input:checked")].map((input) => input.value));
    for (const input of control.querySelectorAll("input")) input.checked = chosen.has(input.value);
    return;
  }
  if (old.dataset.selected) {
    control.dataset.selected = old.dataset.selected;
    chips(control);
  }
  control.value = old.value;
}
