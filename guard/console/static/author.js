// The compose page and the playground: marks under the text while it is typed, copying, links that keep the text in
// the fragment. The server says what to mark, in places; until its answer comes the marks move with the text.
"use strict";
(() => {
  const text = document.getElementById("text");
  if (!text) return;
  const form = text.form;
  const under = form.querySelector(".under");
  const advice = document.getElementById("advice");
  const says = document.getElementById("advice-says");
  let marks = [];
  let before = text.value;

  const draw = () => {
    const value = text.value;
    const cuts = [...new Set([0, value.length, ...marks.flat().filter((at) => at > 0 && at < value.length)])];
    cuts.sort((a, b) => a - b);
    const parts = [];
    for (let n = 0; n + 1 < cuts.length; n++) {
      const piece = value.slice(cuts[n], cuts[n + 1]);
      const over = marks.filter(([from, to]) => from <= cuts[n] && cuts[n + 1] <= to);
      if (!over.length) { parts.push(piece); continue; }
      const mark = document.createElement("mark");
      mark.className = `m-${over[0][2]}`;
      mark.textContent = piece;
      parts.push(mark);
    }
    under.replaceChildren(...parts, "\n");
    under.scrollTop = text.scrollTop;
  };

  // What was typed moves the marks behind it; a mark that was typed into goes until the answer comes
  const shift = () => {
    const value = text.value;
    let head = 0;
    const most = Math.min(before.length, value.length);
    while (head < most && before[head] === value[head]) head++;
    let tail = 0;
    while (tail < most - head && before[before.length - 1 - tail] === value[value.length - 1 - tail]) tail++;
    const grown = value.length - before.length;
    const changed = before.length - tail;
    marks = marks
      .filter(([from, to]) => to <= head || from >= changed)
      .map(([from, to, kind]) => (from >= changed && grown ? [from + grown, to + grown, kind] : [from, to, kind]));
    before = value;
  };

  const learn = () => {
    const verdict = advice.querySelector("[data-marks]");
    if (!verdict) return;
    marks = JSON.parse(verdict.dataset.marks).filter(([, to]) => to <= text.value.length);
    draw();
    const said = verdict.querySelector("h2")?.textContent.trim() ?? "";
    if (said !== says.textContent) says.textContent = said;
    form.dataset.answered = String(Number(form.dataset.answered || 0) + 1);
  };

  text.addEventListener("input", () => { shift(); draw(); });
  text.addEventListener("scroll", () => { under.scrollTop = text.scrollTop; });
  new MutationObserver(learn).observe(advice, { childList: true });

  const audience = () => {
    const network = form.elements.network.value;
    const visibility = form.elements.visibility;
    const field = form.querySelector(".audience-field");
    const open = [...form.querySelectorAll("[data-audience]")].some((each) => each.dataset.audience === network);
    if (field) field.hidden = open;
    const wanted = open ? network : `${network}_${visibility.value}`;
    for (const each of form.querySelectorAll("[data-audience]")) each.hidden = each.dataset.audience !== wanted;
  };
  if (form.querySelector("[data-audience]")) form.addEventListener("change", audience);

  const renew = () => text.dispatchEvent(new Event("input", { bubbles: true }));

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.from) {
      text.focus();
      text.setSelectionRange(Number(button.dataset.from), Number(button.dataset.to));
      return;
    }
    if (button.dataset.take) {
      text.value = document.querySelector(button.dataset.take).value;
      text.focus();
      renew();
      return;
    }
  });

  // A link that holds the text: behind the #, which browsers send to nobody
  const fields = () => [...form.elements].filter((each) => each.name && each.name !== "csrf" && each.type !== "submit");
  const share = document.getElementById("share");
  if (share) {
    form.addEventListener("change", () => { share.hidden = true; });
    form.addEventListener("input", () => { share.hidden = true; });
    document.getElementById("share-button").addEventListener("click", () => {
      const kept = new URLSearchParams();
      for (const each of fields()) if (each.value) kept.append(each.name, each.value);
      const link = share.querySelector("input");
      link.value = `${location.origin}${location.pathname}#${kept}`;
      share.hidden = false;
      link.focus();
      link.select();
    });
    const open = () => {
      if (location.hash.length < 2) return;
      const kept = new URLSearchParams(location.hash.slice(1));
      if (!kept.has("text")) return;
      for (const each of fields()) {
        const value = kept.get(each.name);
        if (value === null) continue;
        if (each.tagName === "SELECT" && ![...each.options].some((option) => option.value === value)) continue;
        each.value = value;
      }
      renew();
    };
    addEventListener("hashchange", open);
    // htmx takes the form up first
    addEventListener("load", () => setTimeout(open));
  }
  // A session that ends, or a link taken by mistake, loses no text: this tab remembers it, for this person alone
  const place = `draft ${location.pathname}`;
  let leaves = false;
  document.addEventListener("submit", (event) => { leaves = event.target.action.endsWith("/sign-out"); });
  addEventListener("pagehide", () => {
    if (leaves || !text.value.trim()) sessionStorage.removeItem(place);
    else sessionStorage.setItem(place, JSON.stringify([form.dataset.owner, text.value]));
  });
  const remembered = JSON.parse(sessionStorage.getItem(place) ?? "[]");
  if (remembered[0] === form.dataset.owner && !text.value && location.hash.length < 2) {
    text.value = remembered[1];
    addEventListener("load", () => setTimeout(renew));
  }
  learn();
  draw();
})();
