// Keeps what is typed as a draft on the server, at most a second behind. Without this file the button does it.
"use strict";
(() => {
  const form = document.querySelector("form[data-draft]");
  const told = document.getElementById("entwurf-stand");
  if (!form || !told) return;
  const ENDED = "Ihre Anmeldung ist abgelaufen. Der Text ist als Entwurf gesichert und nach dem Anmelden wieder da.";
  const AWAY = "Der Entwurf lässt sich gerade nicht sichern. Bitte lassen Sie diese Seite offen; es wird weiter versucht.";
  let timer = 0, sent = 0, dirty = false, busy = false, over = false;
  const abort = new AbortController();
  const say = (text) => { if (told.textContent !== text) told.textContent = text; };
  const plan = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };

  async function save() {
    clearTimeout(timer);
    if (!dirty || busy || over) return;
    dirty = false; busy = true; sent = Date.now();
    let wait = 1000;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-Draft": "1" },
        keepalive: true, redirect: "manual", signal: abort.signal,
      });
      if (answer.ok) say(`Als Entwurf gesichert: ${await answer.text()}`);
      else if (answer.status === 401) say(ENDED);
      else { dirty = true; wait = 5000; say(AWAY); }
    } catch {
      if (!over) { dirty = true; wait = 5000; say(AWAY); }
    }
    busy = false;
    if (dirty) plan(wait);
  }

  form.addEventListener("input", () => {
    dirty = true;
    plan(Math.max(250, 1000 - (Date.now() - sent)));
  });
  // A change that came with the page, such as the browser's back button, is typed text too.
  addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  form.addEventListener("submit", () => { over = true; clearTimeout(timer); abort.abort(); });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
