// Saves the draft while somebody types. The button below works without this.
import { contentOf } from "./content.js";
import { headers } from "./csrf.js";
import { showMissing } from "./toc.js";

const PAUSE_MS = 1500;
const AGAIN_MS = 5000;

export function autosave(form) {
  const state = form.querySelector("[data-save-state]");
  let timer = null;
  let saving = false;
  let unsaved = false;

  function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  }

  async function save() {
    if (saving) return later(PAUSE_MS);
    saving = true;
    unsaved = false;
    const outcome = await put(form);
    saving = false;
    if (outcome.kind === "failed") {
      unsaved = true;
      later(AGAIN_MS);
    }
    show(state, form.dataset[outcome.kind].replace("{at}", outcome.at ?? ""), outcome.kind !== "saved");
    if (unsaved && outcome.kind === "saved") later(PAUSE_MS);
  }

  form.addEventListener("input", () => {
    unsaved = true;
    show(state, form.dataset.typing, false);
    later(PAUSE_MS);
  });
  form.addEventListener("submit", () => { clearTimeout(timer); unsaved = false; });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && unsaved) later(0); });
}

// Returns {kind: saved | wrong | conflict | failed}.
async function put(form) {
  const revision = form.elements.revision;
  const body = JSON.stringify({ revision: Number(revision.value), content: contentOf(form) });
  try {
    const answer = await fetch(form.dataset.autosave, { method: "PUT", headers: headers(), body });
    if (answer.status === 409) return { kind: "conflict" };
    if (!answer.ok) return { kind: "failed" };
    const saved = await answer.json();
    revision.value = saved.draft.revision;
    showMissing(form, saved.missing);
    const wrong = Object.keys(saved.errors ?? {}).length > 0;
    return { kind: wrong ? "wrong" : "saved", at: timeOf(saved.draft.saved_at) };
  } catch {
    return { kind: "failed" };
  }
}

function timeOf(iso) {
  const format = new Intl.DateTimeFormat("ja-JP", { hour: "numeric", minute: "2-digit", timeZone: "Asia/Tokyo" });
  return format.format(iso ? new Date(iso) : new Date());
}

function show(state, sentence, isBad) {
  const text = state.querySelector("span");
  if (text.textContent === sentence) return;
  text.textContent = sentence;
  state.classList.toggle("err", isBad);
  state.setAttribute("role", isBad ? "alert" : "status");
}
