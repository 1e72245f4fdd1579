// What HTML cannot say: Enter sends, the box empties at once, a refused text comes back with the
// reason, a hidden tab stops asking, and a lost connection is told.
"use strict";

const composer = document.querySelector("#composer");
const refusal = document.querySelector("#refusal");
const box = composer.elements.text;
let sent = "";

box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  composer.requestSubmit();
});

composer.addEventListener("htmx:beforeSend", () => {
  sent = box.value;
  box.value = "";
  box.focus();
});

composer.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful) box.value = sent + box.value;
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
