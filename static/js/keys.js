// Single keys: only while nobody types, and only where the person left them on.

const isTyping = (element) => element.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

const isShown = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

const press = (selector) => {
  const shown = [...document.querySelectorAll(selector)].find((element) => isShown(element) && !element.disabled);
  shown?.click();
  if (shown?.localName === "summary") shown.parentElement.querySelector(".menu-item")?.focus();
  return Boolean(shown);
};

const move = (step) => {
  const items = [...document.querySelectorAll("[data-key-list] [data-key-item]")].filter(isShown);
  const at = items.findIndex((item) => item.contains(document.activeElement));
  const from = at >= 0 ? at : items.findIndex((item) => item.hasAttribute("aria-current"));
  const item = items[from < 0 ? 0 : Math.max(0, Math.min(items.length - 1, from + step))];
  item?.querySelector("[data-key-open]")?.focus({ preventScroll: true });
  item?.scrollIntoView({ block: "nearest" });
  return Boolean(item);
};

const search = () => {
  const field = document.querySelector("[data-search]");
  field?.focus();
  field?.select();
  return Boolean(field);
};

const showHelp = () => {
  document.getElementById("help-keys")?.showModal();
  return true;
};

const actions = {
  j: () => move(1),
  k: () => move(-1),
  "/": search,
  "?": showHelp,
  z: () => press("#toasts .toast:last-of-type [data-undo], #toasts [data-undo]"),
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    const submit = document.querySelector("[data-key='ctrl+enter']");
    if (submit && isShown(submit)) submit.click();
    return;
  }
  if (body.dataset.keys !== "on" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const done = actions[event.key]?.() ?? (/^[a-z]$/.test(event.key) && press(`[data-key="${event.key}"]`));
  if (done) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open-dialog]");
  const dialog = opener && document.querySelector(opener.dataset.openDialog);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  }
  if (event.target.matches?.("dialog.dialog")) event.target.close();
  each("details[data-menu][open]", (menu) => menu.contains(event.target) || (menu.open = false));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  // In the search field it gives the single keys back.
  if (event.target.matches?.("[data-search]")) event.target.blur();
  const menu = event.target.closest?.("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
