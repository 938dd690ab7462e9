// Shows new records without a reload. The stream only says that something has changed; the page is asked for again.
"use strict";
(() => {
  const region = document.querySelector("[data-live]");
  const told = document.getElementById("live-stand");
  if (!region || !window.EventSource) return;
  let source = null, waiting = false, busy = false;

  const asked = () => {  // as the search form stands now; what it searches for is never written into the address
    const params = new URLSearchParams(location.search);
    params.delete("gespeichert");
    const search = document.querySelector("form[role=search]");
    if (search) for (const [name, value] of new FormData(search)) {
      if (name === "csrf" || (params.get(name) || "") === value) continue;
      params.set(name, value);
      params.delete("offset");
    }
    if (!params.get("q")) return [`${location.pathname}?${params}`, {}];
    const turned = region.querySelector("[data-offset]");
    if (turned) params.set("offset", turned.dataset.offset);
    params.set("csrf", search.elements.namedItem("csrf").value);
    return [location.pathname, { method: "POST", body: params }];
  };

  const refresh = async () => {
    if (region.contains(document.activeElement)) { waiting = true; return; }  // nobody loses her place
    if (busy) { waiting = true; return; }
    waiting = false; busy = true;
    try {
      const [address, form] = asked();
      const answer = await fetch(address, { ...form, headers: { "X-Live": "1" }, redirect: "manual" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(region.id);
      if (!fresh || fresh.innerHTML === region.innerHTML) return;
      if (region.contains(document.activeElement)) { waiting = true; return; }
      region.replaceChildren(...fresh.childNodes);
      if (told) told.textContent = `Aktualisiert um ${new Date().toLocaleTimeString("de-DE")}`;
    } catch { /* the next change tries again */ } finally { busy = false; }
    if (waiting && !region.contains(document.activeElement)) refresh();
  };

  const ended = () => {
    stop();
    if (!told) return;
    told.classList.remove("unseen");
    told.textContent = "Ihre Anmeldung ist abgelaufen. Neues erscheint nach dem Anmelden.";
  };
  const stop = () => { if (source) source.close(); source = null; };
  const start = () => {
    if (source || document.hidden) return;  // a hidden window keeps no connection: a browser has six for each site
    source = new EventSource(region.dataset.live);
    source.addEventListener("geaendert", refresh);
    source.addEventListener("abgemeldet", ended);
  };
  region.addEventListener("focusout", () => setTimeout(() => { if (waiting) refresh(); }));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) stop(); else { start(); refresh(); }
  });
  start();
})();
