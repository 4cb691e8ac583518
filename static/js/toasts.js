// Toasts: they count down, can be closed, and `z` takes back the newest one that can be taken back.

const startToast = (note) => {
  const total = Number(note.dataset.toast);
  if (!total || note.dataset.running) return;
  note.dataset.running = "1";
  const until = performance.now() + total * 1000;
  const drain = note.querySelector("progress");
  const left = note.querySelector("[data-left]");
  const tick = () => {
    const seconds = (until - performance.now()) / 1000;
    if (!note.isConnected) return;
    if (seconds <= 0) {
      note.remove();
      if (note.dataset.done) announce(note.dataset.done);
      return;
    }
    if (drain) drain.value = seconds;
    if (left) left.textContent = Math.ceil(seconds);
    setTimeout(tick, 200);
  };
  tick();
};

const toastBox = document.getElementById("toasts");
if (toastBox) {
  each(".toast", startToast, toastBox);
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => node.dataset && startToast(node)))).observe(toastBox, { childList: true });
  toastBox.addEventListener("click", (event) => event.target.closest("[data-close-toast]")?.closest(".toast").remove());
  document.addEventListener("htmx:finally:request", (event) => event.target.closest?.("#toasts .toast")?.remove());
}

document.addEventListener("bw:say", ({ detail }) => toast(detail));
