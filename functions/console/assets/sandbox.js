// What HTML cannot say: Enter sends, the box empties at once, a refused text comes back with the
// reason, a hidden tab stops asking, a lost connection is told, a countdown ticks, news is read
// aloud, and one panel at a time is open.
"use strict";

const refusal = document.querySelector("#refusal");
const news = document.querySelector("#news");

for (const form of document.querySelectorAll("#composer, #save")) {
  const box = form.elements.text ?? form.elements.name;
  let sent = "";
  form.addEventListener("htmx:beforeSend", () => {
    sent = box.value;
    box.value = "";
    box.focus();
  });
  form.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!detail.successful) box.value = sent + box.value;
  });
}

const composer = document.querySelector("#composer");
composer?.elements.text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  composer.requestSubmit();
});

refusal.addEventListener("htmx:beforeSwap", ({ detail }) => {
  detail.shouldSwap = true;
});

document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.elt.id === "thread") event.preventDefault();
});

document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt.id === "thread") document.body.classList.toggle("cut-off", !detail.successful);
});

// -- the countdown, by the server's clock ----------------------------------------------------------

let counted = null;
let ahead = 0;

function tick() {
  const countdown = document.querySelector("#countdown[data-due]");
  if (!countdown) return;
  if (countdown !== counted) {
    counted = countdown;
    ahead = Date.now() - Date.parse(countdown.dataset.now);
  }
  const left = Date.parse(countdown.dataset.due) - (Date.now() - ahead);
  const seconds = Math.max(0, Math.ceil(left / 1000));
  const shown = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  if (countdown.textContent !== shown) countdown.textContent = shown;
}

setInterval(tick, 250);

// -- what is new, for those who listen -------------------------------------------------------------

function said() {
  const texts = document.querySelectorAll(".outbound:not(.cancelled, .failed, .draft) .text");
  return [...texts].map((text) => [text.closest("article").id, text.textContent]);
}

const heard = new Set(said().map(([id]) => id));
let total = document.querySelector(".order")?.innerText;

document.body.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.elt.id !== "thread") return;
  tick();
  const fresh = said().filter(([id]) => !heard.has(id));
  fresh.forEach(([id]) => heard.add(id));
  const lines = fresh.map(([, text]) => text);
  const order = document.querySelector(".order")?.innerText;
  if (order && order !== total) lines.push(`Pedido: ${order}`);
  total = order;
  if (lines.length) news.textContent = lines.join("\n");
});

// -- tabs ------------------------------------------------------------------------------------------

const tabs = [...document.querySelectorAll("[role=tab]")];

function open(tab) {
  for (const one of tabs) {
    one.setAttribute("aria-selected", String(one === tab));
    one.tabIndex = one === tab ? 0 : -1;
    document.getElementById(one.getAttribute("aria-controls")).hidden = one !== tab;
  }
}

for (const [place, tab] of tabs.entries()) {
  tab.addEventListener("click", () => open(tab));
  tab.addEventListener("keydown", (event) => {
    const last = tabs.length - 1;
    const next = {
      ArrowRight: place === last ? 0 : place + 1,
      ArrowLeft: place === 0 ? last : place - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    open(tabs[next]);
    tabs[next].focus();
  });
}
