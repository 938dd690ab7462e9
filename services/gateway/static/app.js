// Enhancement only: every page works without this file.
"use strict";
// htmx notes the page's address for a history that is switched off; an address may hold what was searched for.
try { sessionStorage.removeItem("htmx-current-path-for-history"); } catch { /* no storage, nothing in it */ }
const summary = document.querySelector("[data-error-summary]");
if (summary) summary.focus();
document.addEventListener("submit", (event) => {
  // A second click on a button that is already saving would only ask for the same thing again.
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  event.target.dataset.sent = "1";
  setTimeout(() => { delete event.target.dataset.sent; }, 4000);
});
