// Shared by the files below: announcing, words of the page, the thin bar of a long request, focus after swaps.

const body = document.body;

const announce = (name, detail = {}) => body.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));

const each = (selector, action, root = document) => root.querySelectorAll(selector).forEach(action);

// Runs for what is on the page now and for what a swap brings later.
const whenShown = (selector, action) => {
  const run = (root) => {
    if (root.matches?.(selector)) action(root);
    each(selector, action, root);
  };
  run(document);
  document.addEventListener("htmx:after:process", (event) => run(event.target));
};

const toast = (text) => {
  const box = document.getElementById("toasts");
  if (!box || [...box.children].some((shown) => shown.textContent === text)) return;
  const note = document.createElement("div");
  note.className = "toast";
  note.dataset.toast = "6";
  note.append(Object.assign(document.createElement("span"), { textContent: text }));
  box.append(note);
};

let waiting = 0;
const bar = document.getElementById("top-bar");
const showWaiting = (change) => {
  waiting += change;
  bar?.toggleAttribute("data-busy", waiting > 0);
};
document.addEventListener("htmx:before:request", () => showWaiting(1));
document.addEventListener("htmx:finally:request", () => showWaiting(-1));

// A session that ended answers with the log-in page: go there instead of showing it inside this one.
document.addEventListener("htmx:before:response", (event) => {
  const { raw } = event.detail.ctx.response;
  if (!raw.redirected || !new URL(raw.url).pathname.startsWith("/accounts/login")) return;
  event.preventDefault();
  location.assign(`/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`);
});

const words = document.getElementById("toasts")?.dataset ?? {};
document.addEventListener("htmx:response:error", (event) => {
  const { status } = event.detail.ctx.response;
  if (status === 429) toast(words.wordSlow);
  else if (status >= 500 || [403, 404].includes(status)) toast(words.wordFailed);
});
document.addEventListener("htmx:error", () => toast(navigator.onLine ? words.wordFailed : words.wordOffline));

// The opened job: on a phone it takes the place of the list.
document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail.ctx.target;
  const place = typeof target === "string" ? document.querySelector(target) : target;
  if (!place?.isConnected) return;
  const wanted = place.querySelector("[data-focus], [autofocus]");
  if (wanted) wanted.focus();
  if (place.id !== "detail") return;
  place.setAttribute("data-open", "");
  place.scrollTop = 0;
  if (matchMedia("(max-width: 820px)").matches) scrollTo(0, 0);
  if (!wanted) place.focus({ preventScroll: true });
});

// Focus that a swap took away goes to the next row where the row is gone, else to what took the place of the button.
let before;
document.addEventListener("htmx:before:swap", () => {
  const row = document.querySelector("[data-key-item][aria-current]");
  const { activeElement } = document;
  before = activeElement !== body && [row, row?.nextElementSibling ?? row?.previousElementSibling, activeElement.dataset.key];
});
document.addEventListener("htmx:after:swap", () => {
  if (!before || document.activeElement !== body) return;
  const [row, next, key] = before;
  const places = [row?.isConnected === false && next?.querySelector("[data-key-open]"), ...document.querySelectorAll(`[data-key="${key}"], [data-focus-lost]`)];
  places.find((place) => place && isShown(place))?.focus({ preventScroll: true });
});

const current = (item, items) => {
  items.forEach((other) => other.removeAttribute("aria-current"));
  item.setAttribute("aria-current", "true");
};

document.addEventListener("click", (event) => {
  const opened = event.target.closest("[data-key-open]")?.closest("[data-key-item]");
  if (opened && opened.closest("[data-key-list]") && !event.metaKey && !event.ctrlKey) {
    current(opened, opened.closest("[data-key-list]").querySelectorAll("[data-key-item]"));
    opened.querySelector(".new")?.remove();
  }
  const tab = event.target.closest("[data-tab]");
  if (tab) current(tab, tab.parentElement.querySelectorAll("[data-tab]"));
});

whenShown(".subnav, [data-scroll-current]", (row) => {
  const chosen = row.querySelector("[aria-current]");
  if (chosen && row.scrollWidth > row.clientWidth) row.scrollLeft = chosen.offsetLeft - row.clientWidth / 3;
});

// Ages stay true while the page is open, in the words the server uses; data-ago may hold the sentence around them.
const unit = (name) => new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: name, unitDisplay: "short" });
const [minute, hour, day] = ["minute", "hour", "day"].map(unit);
const sinceWords = (seconds) =>
  seconds < 3600 ? minute.format(Math.floor(seconds / 60)) : seconds < 86400 ? hour.format(Math.floor(seconds / 3600)) : day.format(Math.floor(seconds / 86400));
setInterval(() => each("time[data-ago]", (time) => {
  const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
  if (seconds >= 60) time.textContent = (time.dataset.ago || "#").replace("#", sinceWords(seconds));
}), 30000);
