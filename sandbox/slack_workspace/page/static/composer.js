// The box one writes in: grows with its text, sends on Enter, hints at slash commands.
import { post } from "./server.js";
import { toEnd } from "./parts.js";
import { toast } from "./actions.js";

export function composers() {
  document.querySelectorAll("form[data-composer]").forEach(wire);
}

function wire(form) {
  const box = form.elements.text;
  const hints = form.querySelector("[role=listbox]");
  const options = [...hints.querySelectorAll("[role=option]")];
  const changed = () => {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 220)}px`;
    form.querySelector("[type=submit]").disabled = !box.value.trim();
    hint(box, hints, options);
  };
  box.addEventListener("input", changed);
  box.addEventListener("blur", () => setTimeout(() => (hints.hidden = true), 150));
  box.addEventListener("keydown", (event) => keydown(event, form, hints, options, changed));
  hints.addEventListener("mousedown", (event) => {
    event.preventDefault();
    complete(event.target.closest("[role=option]"), box, changed);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, box, changed);
  });
}

// A command's name while it is typed, then what may follow it.
function hint(box, hints, options) {
  const [first, ...rest] = box.value.split(" ");
  for (const option of options) {
    const { command } = option.dataset;
    option.hidden = !(box.value.startsWith("/") && (rest.length ? command === first : command.startsWith(first)));
  }
  const shown = options.filter((option) => !option.hidden);
  hints.hidden = shown.length === 0;
  activate(box, options, rest.length ? null : shown[0]);
}

function activate(box, options, active) {
  for (const option of options) {
    option.classList.toggle("active", option === active);
    option.setAttribute("aria-selected", String(option === active));
  }
  if (active) box.setAttribute("aria-activedescendant", active.id);
  else box.removeAttribute("aria-activedescendant");
}

function complete(option, box, changed) {
  if (!option) return;
  const [first, ...rest] = box.value.split(" ");
  box.value = rest.length ? `${first} ${rest.join(" ")}` : `${option.dataset.command} `;
  box.focus();
  changed();
}

function keydown(event, form, hints, options, changed) {
  const box = event.target;
  const active = hints.hidden ? null : options.find((option) => option.classList.contains("active") && !option.hidden);
  if (event.key === "Escape" && !hints.hidden) {
    event.stopPropagation();
    hints.hidden = true;
  } else if (event.key === "Tab" && active && !event.shiftKey) {
    event.preventDefault();
    complete(active, box, changed);
  } else if (active && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    move(box, active, options, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if (active && active.dataset.command !== box.value.trim()) complete(active, box, changed);
    else form.requestSubmit();
  }
}

function move(box, active, options, step) {
  const shown = options.filter((option) => !option.hidden);
  activate(box, options, shown.at((shown.indexOf(active) + step) % shown.length));
}

async function send(form, box, changed) {
  const text = box.value;
  if (!text.trim()) return;
  const inThread = form.closest(".thread");
  box.value = "";
  box.focus();
  changed();
  toEnd(form.parentElement.querySelector(".scroll"));
  const { channel, thread } = document.body.dataset;
  const answer = await post("/do/write", { channel, text, thread: inThread ? thread : "" });
  if (answer.ok) return;
  toast(answer.error);
  if (!box.value) box.value = text;
  changed();
}
