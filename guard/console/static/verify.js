// The badge: checks in this browser that the log was signed, has only grown since the last visit, and holds this entry.
// RFC 6962 hashes, C2SP checkpoints, Ed25519; nothing but the browser's own cryptography. `guardVerify` is what tests use.
"use strict";
(() => {
  const bytes = (text) => new TextEncoder().encode(text);
  const hex = (raw) => [...raw].map((one) => one.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => {
    if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error("not hexadecimal");
    return Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  };
  const unbase = (text) => {
    const raw = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    if (btoa(String.fromCharCode(...raw)) !== text) throw new Error("not canonical base64");
    return raw;
  };
  const same = (one, other) => one.length === other.length && one.every((value, place) => value === other[place]);
  const joined = (...parts) => {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { whole.set(part, at); at += part.length; }
    return whole;
  };
  const sha256 = async (raw) => new Uint8Array(await crypto.subtle.digest("SHA-256", raw));
  const leafHash = (raw) => sha256(joined([0], raw));
  const nodeHash = (left, right) => sha256(joined([1], left, right));
  // Sizes go beyond 32 bits: no bit operators
  const odd = (value) => value % 2 === 1;
  const half = (value) => Math.floor(value / 2);

  // RFC 9162, 2.1.3.2
  const included = async (leaf, index, size, path, root) => {
    if (!(index >= 0 && index < size)) return false;
    let here = index, last = size - 1, result = leaf;
    for (const sibling of path) {
      if (last === 0) return false;
      if (odd(here) || here === last) {
        result = await nodeHash(sibling, result);
        while (!odd(here) && here !== 0) { here = half(here); last = half(last); }
      } else result = await nodeHash(result, sibling);
      here = half(here); last = half(last);
    }
    return last === 0 && same(result, root);
  };

  // RFC 9162, 2.1.4.2
  const grown = async (old, now, path) => {
    if (old.size > now.size) return false;
    if (old.size === now.size) return path.length === 0 && same(old.root, now.root);
    if (old.size === 0) return path.length === 0;
    let power = old.size;
    while (!odd(power)) power = half(power);
    const steps = power === 1 ? [old.root, ...path] : [...path];
    let here = old.size - 1, last = now.size - 1;
    while (odd(here)) { here = half(here); last = half(last); }
    if (!steps.length) return false;
    let before = steps[0], after = steps[0];
    for (const sibling of steps.slice(1)) {
      if (last === 0) return false;
      if (odd(here) || here === last) {
        before = await nodeHash(sibling, before);
        after = await nodeHash(sibling, after);
        while (!odd(here) && here !== 0) { here = half(here); last = half(last); }
      } else after = await nodeHash(after, sibling);
      here = half(here); last = half(last);
    }
    return last === 0 && same(before, old.root) && same(after, now.root);
  };

  const parseKey = async (vkey) => {
    const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(vkey) || [];
    if (!name) throw new Error("malformed key");
    const raw = unbase(encoded);
    if (raw.length !== 33 || raw[0] !== 1) throw new Error("not an Ed25519 key");
    const digest = (await sha256(joined(bytes(`${name}\n`), raw))).slice(0, 4);
    if (hex(digest) !== id) throw new Error("the key's id does not fit");
    return { name, id: digest, raw: raw.slice(1) };
  };

  // { size, root, text, signature } of a checkpoint with this key's signature line, whose text is strictly of our form
  const parseNote = (note, key) => {
    const cut = note.lastIndexOf("\n\n");
    if (cut < 0 || !note.endsWith("\n")) throw new Error("not a signed note");
    const text = note.slice(0, cut + 1);
    const [origin, size, root, end, ...more] = text.split("\n");
    if (origin !== key.name || end !== "" || more.length || !/^(0|[1-9][0-9]{0,14})$/.test(size)) throw new Error("malformed checkpoint");
    for (const line of note.slice(cut + 2, -1).split("\n")) {
      const [dash, name, encoded, ...rest] = line.split(" ");
      if (dash !== "\u2014" || !encoded || rest.length) throw new Error("malformed signature");
      const raw = unbase(encoded);
      if (name !== key.name || !same(raw.slice(0, 4), key.id)) continue;
      const decoded = unbase(root);
      if (decoded.length !== 32 || raw.length !== 68) throw new Error("malformed checkpoint");
      return { size: Number(size), root: decoded, text, signature: raw.slice(4) };
    }
    throw new Error("not signed by this key");
  };

  // true, false, or null when this browser knows no Ed25519
  const signed = async (head, key) => {
    let imported;
    try { imported = await crypto.subtle.importKey("raw", key.raw, { name: "Ed25519" }, false, ["verify"]); }
    catch { return null; }
    return crypto.subtle.verify({ name: "Ed25519" }, imported, head.signature, bytes(head.text));
  };

  // What was shown: { signed, key, grown, included } each "yes", "no", "first" (nothing to compare with) or "cannot"
  const verify = async (answer, seen, entry) => {
    const shown = { signed: "no", key: "no", grown: "no", included: entry ? "no" : "none", head: null };
    let key, head;
    try { key = await parseKey(answer.key); head = parseNote(answer.note, key); } catch { return shown; }
    const signature = await signed(head, key);
    shown.signed = signature === null ? "cannot" : signature ? "yes" : "no";
    shown.key = !seen ? "first" : seen.key === answer.key ? "yes" : "no";
    try {
      if (!seen) shown.grown = "first";
      else if (await grown({ size: seen.size, root: unhex(seen.root) }, head, (answer.growth || []).map(unhex)) && seen.size <= head.size) shown.grown = "yes";
      if (entry && answer.path && await included(await leafHash(bytes(entry.text)), entry.index, head.size, answer.path.map(unhex), head.root)) shown.included = "yes";
    } catch { /* what cannot be read proves nothing */ }
    if (shown.signed !== "no" && shown.key !== "no" && shown.grown !== "no" && shown.included !== "no") {
      shown.head = { key: answer.key, size: head.size, root: hex(head.root) };
    }
    return shown;
  };

  globalThis.guardVerify = { verify, leafHash, nodeHash, included, grown, parseKey, parseNote, signed, hex, unhex, bytes };
  if (typeof document === "undefined") return;

  const badge = document.getElementById("verify");
  if (!badge) return;
  const KEPT = "postguard-log-head";
  const say = (part, value) => badge.querySelector(`[data-part="${part}"]`)?.querySelectorAll("[data-when]")
    .forEach((one) => { one.hidden = one.dataset.when !== value; });
  const recall = () => { try { return JSON.parse(localStorage.getItem(KEPT)); } catch { return null; } };
  const keep = (head) => { try { localStorage.setItem(KEPT, JSON.stringify(head)); } catch { /* a private window forgets */ } };

  const run = async () => {
    if (!globalThis.crypto?.subtle) { badge.dataset.state = "cannot"; say("verdict", "cannot"); return; }
    const seen = recall();
    const asked = new URLSearchParams();
    if (seen) asked.set("since", seen.size);
    const leaf = document.getElementById("leaf");
    if (badge.dataset.entry) asked.set("entry", badge.dataset.entry);
    const response = await fetch(`/audit/check?${asked}`, { headers: { accept: "application/json" } });
    if (!response.ok || response.redirected) throw new Error("no answer");
    const answer = await response.json();
    const entry = leaf ? { index: Number(badge.dataset.entry), text: leaf.textContent } : null;
    const shown = answer.note === null && !seen && !entry ? null : await verify(answer, seen, entry);
    if (!shown) { badge.dataset.state = "empty"; say("verdict", "empty"); return; }
    for (const part of ["signed", "key", "grown", "included"]) say(part, shown[part]);
    const state = shown.head ? (shown.signed === "cannot" ? "partly" : "good") : "bad";
    badge.dataset.state = state;
    say("verdict", state === "good" && !entry && shown.grown === "first" ? "first" : state);
    if (shown.head) keep(shown.head);
  };
  run().catch(() => { badge.dataset.state = "failed"; say("verdict", "failed"); });
})();
