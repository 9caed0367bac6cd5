// One stream a browser: the tab that holds the lock listens and tells the others.
import { open } from "./line.js";

const NAME = "tsunagi-live";
// Three beats of the server are missing: the line is dead, or the tab that listens is asleep.
const SILENCE_MS = 45000;
const LOOK_MS = 10000;

export function watch(path, person, reader) {
  if (!("EventSource" in window)) return;
  // A tab that somebody else has left open keeps no line for this person.
  const name = `${NAME}-${person}`;
  const shared = "BroadcastChannel" in window && navigator.locks ? new BroadcastChannel(name) : null;
  let heardAt = Date.now();
  let line = null;
  // The last number heard by any tab: who takes the line over goes on from there.
  let lastId = "";

  const take = (said, isFirst) => {
    heardAt = Date.now();
    if (said.id) lastId = said.id;
    tell(reader, said, isFirst);
  };
  const pass = (said) => {
    take(said, true);
    shared?.postMessage(said);
  };
  if (shared) shared.onmessage = (message) => take(message.data, false);

  // Who gets the lock keeps it as long as the tab lives, or until another takes it over.
  function lead(how) {
    let release = null;
    const leave = () => { line?.close(); line = null; release?.(); };
    navigator.locks.request(name, how, () => new Promise((resolve) => {
      release = resolve;
      line = open(path, pass, () => lastId);
      window.addEventListener("pagehide", leave, { once: true });
    })).catch((error) => {
      window.removeEventListener("pagehide", leave);
      leave();
      // Taken over by another tab, or there are no locks here: then by oneself.
      if (error.name === "AbortError") lead({});
      else line = open(path, pass, () => lastId);
    });
  }

  // Only a tab that somebody sees takes over: one in the background may fall asleep itself.
  function look() {
    if (document.hidden || Date.now() - heardAt < SILENCE_MS) return;
    heardAt = Date.now();
    if (line) line.again();
    else lead({ steal: true });
  }

  if (shared) lead({});
  else line = open(path, pass, () => lastId);
  setInterval(look, LOOK_MS);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("offline", () => reader.lost());
  window.addEventListener("online", () => line?.again());
  window.addEventListener("pageshow", (event) => { if (event.persisted && shared) lead({}); });
}

// `isFirst`: this tab has heard it itself, the others of this browser by it.
function tell(reader, said, isFirst) {
  if (said.what === "event") reader.heard(said.kind, said.data, isFirst);
  else if (said.what === "open") reader.connected();
  else if (said.what === "lost") reader.lost();
}
