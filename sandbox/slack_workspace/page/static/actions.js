// A person acts: presses, chooses, confirms, submits, closes. The control shows that its request is under way.
import { post } from "./server.js";
import { sourceOf, valueOf, valuesIn } from "./controls.js";
import { onSwap } from "./parts.js";

const busy = new Map();
const nameOf = (control) => JSON.stringify([sourceOf(control), control.dataset.blockId, control.dataset.actionId]);

export async function act(control, value = valueOf(control)) {
  const host = control.closest(".view, .item");
  const { actionId, blockId } = control.dataset;
  const values = valuesIn(host);
  const source = sourceOf(control);
  const question = control.closest(".element")?.querySelector("template.confirm");
  if (question && !(await confirmed(question))) return;
  const name = nameOf(control);
  setBusy(name, true);
  const answer = await post("/do/press", { source, action_id: actionId, block_id: blockId, value, values });
  setBusy(name, false);
  if (!answer.ok) trouble(name, answer.error);
}

function setBusy(name, on) {
  if (on) busy.set(name, true);
  else busy.delete(name);
  controlsNamed(name).forEach((control) => show(control, on));
}

function show(control, on) {
  control.setAttribute("aria-busy", String(on));
  if (control.matches("button")) control.disabled = on;
  if (on) control.parentElement.querySelector(".trouble")?.remove();
}

const controlsNamed = (name) =>
  [...document.querySelectorAll("[data-element]")].filter((control) => nameOf(control) === name);

// A swapped message shows a request that is still under way.
onSwap((_, target) => {
  if (busy.size === 0) return;
  for (const control of target.querySelectorAll("[data-element]")) if (busy.has(nameOf(control))) show(control, true);
});

function trouble(name, text) {
  for (const control of controlsNamed(name)) {
    const note = document.createElement("span");
    note.className = "trouble";
    note.setAttribute("role", "alert");
    note.textContent = text;
    control.closest(".element").append(note);
  }
}

export function toast(text) {
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = text;
  document.querySelector(".toasts").append(note);
  setTimeout(() => note.remove(), 8000);
}

// Ask first, where the app wants that. Resolves to true only on the confirming button.
function confirmed(question) {
  const dialog = document.getElementById("confirm");
  const [title, text] = question.content.querySelectorAll("h2, p");
  const [deny, confirm] = question.content.querySelectorAll("button");
  dialog.querySelector("h2").replaceChildren(...title.cloneNode(true).childNodes);
  dialog.querySelector(".modal__body").replaceChildren(...text.cloneNode(true).childNodes);
  const [no, yes] = dialog.querySelectorAll("footer button");
  no.replaceChildren(...deny.cloneNode(true).childNodes);
  yes.replaceChildren(...confirm.cloneNode(true).childNodes);
  yes.className = `button button--${question.dataset.style}`;
  dialog.returnValue = "";
  dialog.showModal();
  yes.focus();
  return new Promise((resolve) => {
    no.onclick = () => dialog.close("deny");
    yes.onclick = () => dialog.close("confirm");
    dialog.onclose = () => resolve(dialog.returnValue === "confirm");
  });
}

export async function submit(form) {
  const wrong = form.querySelector(":invalid");
  if (wrong) {
    wrong.reportValidity();
    return;
  }
  const view = form.dataset.viewId;
  pending(view, true);
  const answer = await post("/do/submit", { view, values: valuesIn(form) });
  pending(view, false);
  if (!answer.ok) refused(view, answer.error);
}

// The form may have been swapped meanwhile: look it up by its view.
const formOf = (view) => document.querySelector(`form[data-view-id="${view}"]`);

function pending(view, on) {
  const form = formOf(view);
  const button = form?.querySelector("[type=submit]");
  if (!button) return;
  form.querySelector(".modal__trouble").hidden = true;
  button.setAttribute("aria-busy", String(on));
  button.disabled = on;
}

function refused(view, text) {
  const note = formOf(view)?.querySelector(".modal__trouble");
  if (!note) return;
  note.hidden = false;
  note.textContent = text;
}

export const closeView = (view, clear) => post("/do/close", { view, clear });
