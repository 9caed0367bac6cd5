// What a hint does to an open page: numbers and badges change in place, rows never move under a reader.
// New rows wait behind the live line. One sentence in ten seconds at most, bundled.
import { showCounts } from "./counts.js";
import { showHolder } from "./holding.js";
import { tellAside } from "./notices.js";

const BUNDLE_MS = 10000;

export function showLive() {
  const line = document.querySelector("[data-live]");
  const texts = document.body.dataset;
  const fresh = new Set();
  const moved = new Set();
  let saidAt = -BUNDLE_MS;
  let waiting = null;
  let wasOpen = false;

  function say() {
    waiting = null;
    saidAt = performance.now();
    const told = [];
    if (fresh.size) told.push(texts.liveNews.replace("{count}", fresh.size));
    if (moved.size) told.push(line.dataset.about ? texts.liveChanged : texts.liveMoved.replace("{count}", moved.size));
    showLine(line, told.join(texts.between), line.dataset.here);
  }

  function sayLater() {
    waiting ??= setTimeout(say, Math.max(0, saidAt + BUNDLE_MS - performance.now()));
  }

  return {
    heard(kind, data, isFirst) {
      showCounts();
      if (kind === "inbox") return;
      if (kind === "alert" && isFirst) tellAside(data);
      if (kind === "holding") showHolder(data.handoff_id);
      const changed = kind === "holding" ? holds(line, data) : Boolean(data.state) && showState(data.handoff_id, data.state);
      if (!line || !concerns(line, kind, data, changed)) return;
      (changed || line.dataset.about ? moved : fresh).add(data.handoff_id ?? data.conference_id);
      sayLater();
    },
    connected() {
      const isAgain = wasOpen || Boolean(line?.dataset.lost);
      wasOpen = true;
      if (!isAgain) return;
      // What has no number was missed: the counts are asked for anew.
      showCounts();
      if (!line || !(line.dataset.lost || misses(texts.stream))) return;
      delete line.dataset.lost;
      line.setAttribute("role", "status");
      showLine(line, misses(texts.stream) ? texts.liveAgain : texts.liveBack, line.dataset.here);
    },
    lost() {
      if (!line) return;
      line.dataset.lost = "yes";
      line.setAttribute("role", "alert");
      showLine(line, texts.liveLost, line.dataset.here);
    },
  };
}

// An office's inbox has no numbers: nobody tells its pages afterwards what came while they heard nothing.
function misses(path) {
  return !new URL(path, location.href).searchParams.has("after_seq");
}

// A page about one handoff hears of that one only; a list hears of what is new to it, or changed.
function concerns(line, kind, data, changed) {
  if (line.dataset.about) return line.dataset.about === data.handoff_id && changed;
  return changed || (kind !== "holding" && !isShown(data));
}

// A list without names of who is at it, like the sender's board, shows nothing new.
function holds(line, data) {
  const isNamed = document.querySelector(`[data-holder-of="${CSS.escape(data.handoff_id)}"]`);
  return line?.dataset.about === data.handoff_id || Boolean(isNamed);
}

function isShown(data) {
  return Boolean(data.handoff_id && document.querySelector(`[data-row="${CSS.escape(data.handoff_id)}"]`));
}

function showLine(line, sentence, here) {
  const text = document.createElement("span");
  text.textContent = sentence;
  const link = document.createElement("a");
  link.className = "end";
  link.href = here;
  link.textContent = document.body.dataset.liveShow;
  // The same page again: with a fragment alone in its address a browser would not load it anew.
  link.addEventListener("click", (event) => {
    event.preventDefault();
    history.replaceState(null, "", here);
    location.reload();
  });
  line.replaceChildren(text, link);
  line.hidden = false;
}

// The words and icons of states stand in the page, once, as templates.
function showState(handoffId, state) {
  let changed = false;
  for (const badge of document.querySelectorAll(`[data-state-of="${CSS.escape(handoffId ?? "")}"]`)) {
    const template = document.querySelector(`template[data-state="${CSS.escape(state)}"]`);
    if (!template || badge.classList.contains(`st-${state}`)) continue;
    badge.className = `st st-${state}`;
    badge.replaceChildren(template.content.cloneNode(true));
    changed = true;
  }
  return changed;
}
