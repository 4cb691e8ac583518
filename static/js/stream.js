// A letter being written: frames carry where their text belongs; a gap is filled by the fragment.

const grow = (place, text) => {
  place.append(text);
  place.dataset.offset = String(Number(place.dataset.offset) + [...text].length);
  place.dispatchEvent(new CustomEvent("bw:text", { bubbles: true }));
};

// Whoever waits in silence is told what is going on.
const patience = new WeakMap();
const listen = (place) => {
  clearTimeout(patience.get(place));
  const note = document.querySelector(place.dataset.streamNote ?? "#never");
  if (!note) return;
  note.textContent = "";
  if (!place.hasAttribute("aria-busy")) return;
  patience.set(place, setTimeout(() => {
    note.textContent = place.dataset[Number(place.dataset.offset) ? "wordStalled" : "wordWaiting"];
  }, 1000 * Number(place.dataset.streamPatience ?? 10)));
};
whenShown("[data-stream]", listen);

const fetchWhole = (place) => {
  if (place.dataset.fetching || !place.dataset.streamUrl) return;
  place.dataset.fetching = "1";
  htmx.ajax("GET", place.dataset.streamUrl, { target: place.dataset.streamTarget ?? place, source: place, swap: "outerHTML" });
};

const places = (id) => [...document.querySelectorAll("[data-stream]")].filter((place) => place.dataset.stream === String(id));

document.addEventListener("bw:ai_progress", ({ detail }) => {
  for (const place of places(detail.id)) {
    listen(place);
    if (detail.reset) {
      place.textContent = "";
      place.dataset.offset = "0";
    }
    const known = Number(place.dataset.offset ?? 0);
    const text = [...(detail.text ?? "")];
    if (detail.offset > known) fetchWhole(place);
    else if (detail.offset + text.length > known) grow(place, text.slice(known - detail.offset).join(""));
  }
});

document.addEventListener("bw:ai_complete", ({ detail }) => {
  for (const place of places(detail.id)) {
    place.removeAttribute("aria-busy");
    listen(place);
    delete place.dataset.fetching;
    fetchWhole(place);
    announce("bw:stream_over", detail);
  }
});

// After a break of the socket the stream may have moved on: ask for what there is.
document.addEventListener("bw:reconnected", () => each("[data-stream][aria-busy]", (place) => {
  delete place.dataset.fetching;
  fetchWhole(place);
}));
