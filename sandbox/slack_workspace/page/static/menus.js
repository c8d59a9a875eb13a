// Pop-up menus: overflow menus and the person switch.
const menuOf = (trigger) => document.getElementById(trigger.getAttribute("aria-controls"));
const itemsOf = (menu) => [...menu.querySelectorAll("[role=menuitem]")];
const triggerOf = (menu) => document.querySelector(`[aria-controls="${menu.id}"]`);

export function toggle(trigger) {
  if (trigger.getAttribute("aria-expanded") === "true") close(trigger);
  else open(trigger);
}

export function open(trigger, { focus = true } = {}) {
  closeAll();
  const menu = menuOf(trigger);
  menu.hidden = false;
  trigger.setAttribute("aria-expanded", "true");
  fit(menu);
  if (focus) itemsOf(menu)[0]?.focus({ preventScroll: true });
}

// Upwards where there is no room below.
export function fit(menu) {
  menu.classList.remove("popup--flip");
  const frame = menu.closest(".scroll, .modal__body, .home")?.getBoundingClientRect();
  if (frame && menu.getBoundingClientRect().bottom > frame.bottom) menu.classList.add("popup--flip");
}

export function close(trigger) {
  menuOf(trigger).hidden = true;
  trigger.setAttribute("aria-expanded", "false");
}

export function closeAll() {
  document.querySelectorAll('[aria-haspopup="menu"][aria-expanded="true"]').forEach(close);
}

export function keydown(event) {
  const menu = event.target.closest("[role=menu]");
  if (!menu) return;
  const items = itemsOf(menu);
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    items.at(to % items.length).focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    const trigger = triggerOf(menu);
    close(trigger);
    trigger.focus();
  }
}
