// From mark to mark in a text as it was written; a long text, which stands in a box, is first seen where its first mark is.
"use strict";
(() => {
  const bar = document.querySelector(".marks[data-marks]");
  // What is shown in several pieces beside each other is one mark
  const marks = [...document.querySelectorAll("#side-written mark")].filter((mark) => mark.previousSibling?.nodeName !== "MARK");
  if (!bar || !marks.length) return;
  const told = bar.querySelector("[role=status]");
  let at = -1;
  const tell = () => { told.textContent = at < 0 ? bar.dataset.all : bar.dataset.marks.replace("{at}", String(at + 1)).replace("{all}", String(marks.length)); };
  const go = (step) => {
    marks[at]?.classList.remove("here");
    at = at < 0 && step < 0 ? marks.length - 1 : (at + step + marks.length) % marks.length;
    marks[at].classList.add("here");
    marks[at].scrollIntoView({ block: "center", behavior: "instant" });
    tell();
  };
  for (const [key, step] of [["next", 1], ["previous", -1]]) {
    bar.querySelector(`[data-key="${key}"]`).addEventListener("click", () => go(step));
  }
  for (const box of document.querySelectorAll("#side-written .post.long")) {
    const first = box.querySelector("mark");
    if (first) box.scrollTop = Math.max(0, first.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3);
  }
  // What is read on the left has its place in sight on the right
  const [left, right] = ["#side-written", "#side-out"].map((side) => [...document.querySelectorAll(`${side} .post.long`)]);
  if (left.length === right.length) {
    left.forEach((box, number) => box.addEventListener("scroll", () => {
      const other = right[number];
      other.scrollTop = box.scrollTop / Math.max(1, box.scrollHeight - box.clientHeight) * (other.scrollHeight - other.clientHeight);
    }, { passive: true }));
  }
  tell();
  bar.hidden = !document.querySelector("#side-written .post.long mark"); // else all of them are in sight
})();
