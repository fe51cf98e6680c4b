// What the pages cannot do without a script: keys, clocks that count down, the list of keys, menus that close.
// Elements say what they are for: data-key="approve" (pressed or focused by that key), data-until="<ISO time>" (counts
// down to it), data-opens="<id of a dialog>", data-then="<id of what gets the focus once it is pressed by key>". No text is ever made into markup here.
"use strict";
(() => {
  document.documentElement.classList.add("js");
  const keys = new Map();
  for (const entry of document.querySelectorAll("dl.keys [data-for]")) {
    keys.set(entry.querySelector("kbd").textContent, entry.dataset.for);
  }

  const typing = (element) =>
    element.isContentEditable || /^(TEXTAREA|SELECT)$/.test(element.tagName) ||
    (element.tagName === "INPUT" && !/^(checkbox|radio|button|submit)$/.test(element.type));

  const seen = (element) => element.getClientRects().length > 0 && !element.disabled;

  const press = (action) => {
    const wanted = [...document.querySelectorAll(`[data-key="${action}"]`)].filter(seen);
    const element = wanted[0] || document.querySelector(`[data-key="${action}"][data-opens]`); // what opens a dialog does so unseen too: a narrow window hides the button
    if (!element) return false;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) && !/^(checkbox|radio)$/.test(element.type)) element.focus();
    else {
      element.focus();
      element.click();
      document.getElementById(element.dataset.then || "")?.focus();
    }
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
    // Submit from within a field, as everywhere else
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && press("submit")) { event.preventDefault(); return; }
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]") && event.key !== "Escape") return;
    const action = keys.get(event.key);
    if (action && (move(action) || press(action))) event.preventDefault();
  });

  // Rows of a list, one of which is chosen: data-rows on the list, a link in each row
  const move = (action) => {
    const step = { next: 1, previous: -1 }[action];
    const links = [...document.querySelectorAll("[data-rows] a[data-row]")].filter(seen);
    if (!links.length) return false;
    const at = links.indexOf(document.activeElement);
    if (action === "open" && at >= 0) { links[at].click(); return true; }
    if (!step) return false;
    links[Math.min(Math.max(at + step, 0), links.length - 1)].focus();
    return true;
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const all = event.target.closest("[data-checks]");
    if (all) for (const box of document.querySelectorAll(`input[name="${all.dataset.checks}"]:not(:disabled)`)) box.checked = all.checked;
    count();
  });
  // How many boxes are ticked: data-count="<their name>"
  const count = () => {
    for (const told of document.querySelectorAll("[data-count]")) {
      const number = document.querySelectorAll(`input[name="${told.dataset.count}"]:checked`).length;
      if (told.textContent !== String(number)) told.textContent = number;
      told.hidden = number === 0;
    }
  };
  document.addEventListener("change", count);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  // One submission each: a second click sends nothing
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method") === "dialog") return;
    if ("download" in form.dataset) return; // the page stays, and its form may be used again
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
  });
  addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.sent; });

  // Clocks: the server's moment when it made the page is data-now on <html>, so that a wrong clock here does no harm
  const started = performance.now();
  const made = Date.parse(document.documentElement.dataset.now || "") || Date.now();
  const now = () => made + performance.now() - started;
  const tick = () => {
    count();
    for (const clock of document.querySelectorAll("[data-until]")) {
      const left = Math.max(0, Math.round((Date.parse(clock.dataset.until) - now()) / 1000));
      const text = left >= 60 ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : String(left);
      if (clock.textContent !== text) clock.textContent = text;
      if (left === 0 && clock.dataset.over) { const over = clock.closest(clock.dataset.over); if (over) over.remove(); }
    }
  };
  setInterval(tick, 1000);
  tick();

  // The next page tells times in this browser's zone
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.split("; ").includes(`zone=${zone}`)) {
    document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  }

  // Where the bar is wider than the window, the page one is on is in sight
  const bar = document.querySelector(".bar nav"), here = bar?.querySelector("[aria-current]");
  if (here && bar.scrollWidth > bar.clientWidth) bar.scrollLeft = here.offsetLeft + here.offsetWidth / 2 - bar.clientWidth / 2;

  for (const element of document.querySelectorAll(".key-help, [data-print]")) element.hidden = false;
})();
