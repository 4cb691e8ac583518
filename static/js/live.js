// The socket. A frame becomes a DOM event that htmx listens to; after a break it goes on from the last cursor.

const notice = document.getElementById("live-notice");
let cursor = "";
let lostTimer = 0;
let wasLost = false;

document.addEventListener("htmx:ws:before:connection", ({ detail: { connection } }) => {
  if (!cursor) return;
  const address = new URL(connection.url);
  address.searchParams.set("since", cursor);
  connection.url = address.href;
});

// Frames are never HTML to swap, so hx-ws has nothing more to do with them.
document.addEventListener("htmx:ws:before:message:incoming", (event) => {
  event.preventDefault();
  const frame = JSON.parse(event.detail.message.data);
  cursor = frame.cursor ?? cursor;
  if (frame.event) announce(`bw:${frame.event}`, frame);
});

const SIGNED_OUT = 4401;

document.addEventListener("htmx:ws:close", ({ detail }) => {
  if (detail.code === SIGNED_OUT) toast(words.wordSignedOut);
  if (detail.reason !== "closed" || detail.code === SIGNED_OUT || wasLost) return;
  wasLost = true;
  lostTimer = setTimeout(() => notice && (notice.hidden = false), 3000);
});

document.addEventListener("htmx:ws:after:connection", () => {
  clearTimeout(lostTimer);
  if (!wasLost) return;
  wasLost = false;
  if (notice && !notice.hidden) {
    notice.hidden = true;
    toast(words.wordBack);
  }
  announce("bw:reconnected");
});

// A page that the browser kept and shows again has a closed socket: give it a new one.
addEventListener("pageshow", (event) => {
  const old = document.getElementById("live");
  if (!event.persisted || !old) return;
  const fresh = document.createElement("div");
  fresh.id = "live";
  fresh.setAttribute("hx-ws:connect", old.getAttribute("hx-ws:connect"));
  old.replaceWith(fresh);
  wasLost = true;
  htmx.process(fresh);
});
