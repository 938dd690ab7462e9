// Enhancement only: every page works without this file.
"use strict";
// htmx notes the page's address for a history that is switched off; an address may hold what was searched for.
try { sessionStorage.removeItem("htmx-current-path-for-history"); } catch { /* no storage, nothing in it */ }
const summary = document.querySelector("[data-error-summary]");
// The summary has `autofocus`; where a browser knows that of controls only, it is focused here, after its turn.
if (summary) addEventListener("load", () => setTimeout(() => {
  if (document.activeElement === document.body) summary.focus();
}, 100));
document.addEventListener("submit", (event) => {
  // A second click on a button that is already saving would only ask for the same thing again.
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  event.target.dataset.sent = "1";
  setTimeout(() => { delete event.target.dataset.sent; }, 4000);
});
