// A person acts: presses, chooses, confirms, submits, closes. The control shows that its request is under way.
import { post, sourceOf } from "./server.js";
import { valueOf, valuesIn } from "./controls.js";
import { onSwap } from "./parts.js";

const busy = new Map();
// A message's blocks get new ids with each update, a button keeps its value.
const nameOf = (control) =>
  JSON.stringify([sourceOf(control), control.dataset.value ?? control.dataset.blockId, control.dataset.actionId]);

export async function act(control, value = valueOf(control)) {
  const host = control.closest(".view, .item");
  const { actionId, blockId } = control.dataset;
  const values = valuesIn(host);
  const source = sourceOf(control);
  const name = nameOf(control); // now: while the person is asked, the control may be swapped for a newer one
  if (control.matches("button") && busy.has(name)) return;
  const question = control.closest(".element")?.querySelector("template.confirm");
  if (question && !(await confirmed(question))) return;
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

// Not `disabled`, which would take the focus away.
function wait(control, on) {
  control.setAttribute("aria-busy", String(on));
  if (control.matches("button")) control.setAttribute("aria-disabled", String(on));
}

function show(control, on) {
  wait(control, on);
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
  (question.dataset.style === "danger" ? no : yes).focus();
  return new Promise((resolve) => {
    no.onclick = () => dialog.close("deny");
    yes.onclick = () => dialog.close("confirm");
    dialog.onclose = () => resolve(dialog.returnValue === "confirm");
  });
}

export async function submit(form) {
  const view = form.dataset.viewId;
  if (submitting.has(view)) return;
  const values = valuesIn(form);
  refusals.delete(view);
  setPending(view, true);
  const answer = await post("/do/submit", { view, values });
  setPending(view, false);
  if (!answer.ok) refused(view, answer.error);
}

// A form's HTML may be swapped at any time: how it stands is kept beside it, by its view.
const submitting = new Set();
const refusals = new Map();

function setPending(view, on) {
  if (on) submitting.add(view);
  else submitting.delete(view);
  dress(view);
}

function refused(view, text) {
  refusals.set(view, text);
  dress(view);
}

function dress(view) {
  const form = document.querySelector(`form[data-view-id="${view}"]`);
  if (!form) return;
  const button = form.querySelector("[type=submit]");
  if (button) wait(button, submitting.has(view));
  const note = form.querySelector(".modal__trouble");
  note.hidden = !refusals.has(view);
  note.textContent = refusals.get(view) ?? "";
}

onSwap((name, target) => {
  const form = name === "modal" && target.querySelector("form");
  if (form) dress(form.dataset.viewId);
});

// Something to tell the person: in the modal that it is about, else in a corner.
export function notice(text, view) {
  if (view && document.querySelector(`form[data-view-id="${view}"]`)) refused(view, text);
  else toast(text);
}

export const closeView = (view, clear) => post("/do/close", { view, clear });
