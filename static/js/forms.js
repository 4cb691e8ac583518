// Forms: autosave, counters and previews, tokens, passwords, small comforts. Each form works without this file.

// A word beside the title; a whole sentence has its own place, where the page gives one.
const show = (form, state, text = "") => {
  const place = form.dataset.saveStateTarget ? document.querySelector(form.dataset.saveStateTarget) : form.querySelector("[data-save-state]");
  if (!place) return;
  place.dataset.state = state;
  const word = place.dataset[`word${state[0].toUpperCase()}${state.slice(1)}`] ?? "";
  const note = state !== "saved" && form.querySelector("[data-save-note]");
  place.textContent = state === "saved" ? `${word} ${text}`.trim() : (!note && text) || word;
  if (state === "saved") each("[data-save-note]", (shown) => shown.hidden = true, form);
  if (!note || !text) return;
  note.hidden = false;
  note.querySelector("p").textContent = text;
};

const keptUnder = (form) => `kept:${form.action}`;

const keep = (form) => {
  const fields = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
  try {
    localStorage.setItem(keptUnder(form), JSON.stringify([...fields, ["kept_at", String(Date.now())]]));
  } catch {
    // No room or forbidden: the text is still in the form.
  }
};

// A browser may forbid the memory; what is saved is then saved all the same.
const keptOf = (form) => {
  try {
    const kept = localStorage.getItem(keptUnder(form));
    return kept && new Map(JSON.parse(kept));
  } catch {
    return null;
  }
};

// Another window's text under the same address is not this form's to save or to drop.
const hasOwnKept = (form) => {
  const kept = keptOf(form);
  return Boolean(kept) && kept.get("tab") === form.elements.tab?.value;
};

const drop = (form) => localStorage.removeItem(keptUnder(form));

const isTyped = (field) => field instanceof HTMLTextAreaElement || ["text", "number"].includes(field?.type);

const fill = (form, kept, isWanted) => {
  for (const [name, value] of kept) {
    const field = form.elements.namedItem(name);
    if (!isWanted(field)) continue;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
};

// What was kept goes on by itself only on the version it was typed upon; upon a newer one the person chooses.
const restore = (form) => {
  const kept = keptOf(form);
  if (!kept) return;
  const differs = [...kept].some(([name, value]) => isTyped(form.elements.namedItem(name)) && form.elements.namedItem(name).value !== value);
  if (!differs) return drop(form);
  if (kept.get("base") === form.elements.base?.value) return fill(form, kept, (field) => isTyped(field) || field?.type === "hidden");
  const offer = form.querySelector("[data-kept]");
  if (!offer) return;
  const at = new Date(Number(kept.get("kept_at")));
  offer.querySelector("[data-kept-at]").textContent = at.toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
  offer.querySelector("[data-kept-text]").textContent = kept.get("text")?.slice(0, 230);
  offer.hidden = false;
  offer.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    offer.hidden = true;
    drop(form);
    if (button.dataset.keptUse !== undefined) fill(form, kept, isTyped);
  });
};

const timers = new WeakMap();
const saving = new WeakMap();

const changed = (form) => {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(save, 800, form));
};

// One at a time; tells whether the server has what the form held.
const save = async (form) => {
  while (saving.has(form)) await saving.get(form);
  clearTimeout(timers.get(form));
  timers.delete(form);
  const run = post(form);
  saving.set(form, run);
  const isSaved = await run;
  saving.delete(form);
  return isSaved;
};

const post = async (form) => {
  show(form, "saving");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Autosave": "1", Accept: "application/json" } });
    // A session that ended leads to the log-in page, which is no answer to us.
    const said = await answer.json().catch(() => null);
    if (answer.ok && said && !answer.redirected) {
      for (const [name, value] of Object.entries(said)) if (form.elements.namedItem(name)?.type === "hidden") form.elements.namedItem(name).value = value;
      if (hasOwnKept(form)) drop(form);
      show(form, "saved", said.saved_at);
      form.dispatchEvent(new CustomEvent("bw:saved", { bubbles: true, detail: said }));
      return true;
    }
    keep(form);
    show(form, answer.status === 409 ? "conflict" : "failed", answer.redirected ? words.wordSignedOut : said?.message);
    if (answer.status === 409) form.dispatchEvent(new CustomEvent("bw:conflict", { bubbles: true }));
  } catch {
    keep(form);
    show(form, "offline");
  }
  return false;
};

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.hasAttribute("data-autosave")) changed(form);
});
document.addEventListener("focusout", (event) => {
  const form = event.target.form;
  if (form && timers.has(form)) save(form);
});
whenShown("form[data-autosave]", (form) => restore(form));
addEventListener("online", () => each("form[data-autosave]", (form) => hasOwnKept(form) && save(form)));
addEventListener("pagehide", () => each("form[data-autosave]", (form) => (timers.has(form) || saving.has(form)) && keep(form)));
// A button goes on only with a text that the server has: what cannot be saved stays on the page, and is kept.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.hasAttribute("data-autosave") || !(timers.has(form) || saving.has(form) || hasOwnKept(form))) return;
  event.preventDefault();
  if (form.dataset.submitting) return;
  form.dataset.submitting = "1";
  const isSaved = ((await saving.get(form)) && !timers.has(form)) || (await save(form));
  delete form.dataset.submitting;
  if (isSaved) form.requestSubmit(event.submitter);
});

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.hasAttribute("data-submit-on-change")) form.requestSubmit();
});

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
}, true);

// What the client's list shows, and how long the text is, while it is being written.
const measure = (source) => {
  const text = (source.value ?? source.textContent).trim();
  each(`[data-preview-source="#${source.id}"]`, (view) => {
    view.textContent = [...text].slice(0, Number(view.dataset.previewLength ?? 230)).join("");
  });
  each(`[data-count="#${source.id}"]`, (count) => {
    count.textContent = count.dataset.countUnit === "characters" ? [...text].length : text.split(/\s+/).filter(Boolean).length;
  });
};
document.addEventListener("input", (event) => event.target.id && measure(event.target));
document.addEventListener("bw:text", (event) => measure(event.target));
whenShown("[data-count], [data-preview-source]", (view) => {
  const source = document.querySelector(view.dataset.count ?? view.dataset.previewSource);
  if (source) measure(source);
});

whenShown("[data-password-rules]", (list) => {
  const field = document.querySelector(list.dataset.passwordRules);
  const email = field?.form.querySelector("[type=email]");
  const rules = {
    length: (text) => text.length >= 8,
    kinds: (text) => /\p{Ll}/u.test(text) && /\p{Lu}/u.test(text) && /\p{Nd}/u.test(text) && /[^\p{L}\p{N}]/u.test(text),
    personal: (text) => !(email?.value ?? list.dataset.email ?? "").toLowerCase().split(/[@.]/).some((part) => part.length > 3 && text.toLowerCase().includes(part)),
  };
  const check = () => each("[data-rule]", (row) => {
    const state = field.value ? (rules[row.dataset.rule](field.value) ? "met" : "missed") : "";
    if (row.dataset.state === state) return;
    row.dataset.state = state;
    row.querySelector("[data-rule-state]").textContent = state && `: ${state === "met" ? list.dataset.wordMet : list.dataset.wordMissed}`;
  }, list);
  field?.addEventListener("input", check);
  email?.addEventListener("input", check);
});

// Tokens: Enter or a comma keeps the word.
const addToken = (box, text) => {
  const name = box.dataset.name;
  const value = text.trim();
  const has = [...box.querySelectorAll("input[type=hidden]")].some((input) => input.value.toLowerCase() === value.toLowerCase());
  if (!value || has) return false;
  const token = document.createElement("span");
  token.className = "token";
  const hidden = Object.assign(document.createElement("input"), { type: "hidden", name, value });
  const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "×", ariaLabel: `${box.dataset.wordRemove ?? "−"} ${value}` });
  remove.dataset.removeToken = "";
  token.append(value, remove, hidden);
  box.querySelector("input:not([type=hidden])").before(token);
  return true;
};

const tokensChanged = (box) => box.dispatchEvent(new Event("change", { bubbles: true }));

// Answers whether the typed words added any.
const takeTyped = (box, field) => {
  const added = field.value.split(",").filter((word) => addToken(box, word));
  field.value = "";
  return added.length > 0;
};

// Words that the server wrote into the plain field become tokens; without a script they stay text to edit.
whenShown("[data-tokens] > input:not([type=hidden])", (field) => {
  field.placeholder = field.parentElement.dataset.placeholder ?? "";
  // Empty once its words are tokens; the server says what is missing.
  field.required = false;
  takeTyped(field.parentElement, field);
});

document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.("[data-tokens]");
  if (!box || event.isComposing || !event.target.matches("input")) return;
  if ((event.key === "Enter" && event.target.value.trim()) || event.key === ",") {
    event.preventDefault();
    if (takeTyped(box, event.target)) tokensChanged(box);
  } else if (event.key === "Backspace" && !event.target.value) {
    [...box.querySelectorAll(".token")].at(-1)?.remove();
    tokensChanged(box);
  }
});
document.addEventListener("focusout", (event) => {
  const box = event.target.closest?.("[data-tokens]");
  if (box && event.target.matches("input") && takeTyped(box, event.target)) tokensChanged(box);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.removeToken !== undefined) {
    const box = button.closest("[data-tokens]");
    button.closest(".token").remove();
    box.querySelector("input:not([type=hidden])").focus();
    tokensChanged(box);
  } else if (button.dataset.addToken) {
    const box = document.querySelector(button.dataset.addToken);
    if (addToken(box, button.dataset.value ?? button.textContent)) tokensChanged(box);
    button.remove();
  } else if (button.dataset.showPassword !== undefined) {
    const field = button.parentElement.querySelector("input");
    const hide = field.type === "text";
    field.type = hide ? "password" : "text";
    button.setAttribute("aria-pressed", String(!hide));
  } else if (button.dataset.copy) {
    const source = document.querySelector(button.dataset.copy);
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    toast(button.dataset.wordCopied ?? "✓");
    announce("bw:copied", { id: source.id });
  }
});
whenShown("[data-copy], [data-show-password]", (button) => button.hidden = false);

// Light and dark change at once; the form tells the server.
document.addEventListener("submit", (event) => {
  if (!event.target.hasAttribute("data-theme-switch")) return;
  event.preventDefault();
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
  const data = new FormData(event.target);
  data.set("theme", root.dataset.theme);
  fetch(event.target.action, { method: "POST", body: data, redirect: "manual" });
});

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
each("input[data-time-zone]", (field) => field.value = zone);
// Whichever way in is taken, the list of sessions can say from which city.
if (zone && document.querySelector(".auth")) document.cookie = `time_zone=${zone};path=/;samesite=lax`;
