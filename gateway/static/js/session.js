// Says two minutes before the session ends by itself that it will, and how to go on.
const WARN_MS = 120000;
const LOOK_MS = 60000;

export function warnBeforeTheEnd() {
  const { sessionEnds, sessionPath } = document.body.dataset;
  if (sessionEnds) setTimeout(() => look(sessionPath), untilWarning(sessionEnds));
}

function untilWarning(iso) {
  const { now } = document.body.dataset;
  return Math.max(LOOK_MS, Date.parse(iso) - Date.parse(now) - performance.now() - WARN_MS);
}

// Somebody may have worked in another tab meanwhile: so the session is asked first.
async function look(path) {
  try {
    const answer = await fetch(path, { headers: { "X-Background": "session" } });
    const session = await answer.json();
    if (!session.signed_in) return warn(document.body.dataset.sessionOver);
    const left = untilWarning(session.idle_ends_at);
    if (left > LOOK_MS) return setTimeout(() => look(path), left);
    warn(document.body.dataset.sessionEnding);
    setTimeout(() => look(path), LOOK_MS);
  } catch {
    setTimeout(() => look(path), LOOK_MS);
  }
}

function warn(sentence) {
  const line = document.getElementById("session-line");
  line.querySelector("span").textContent = sentence;
  line.hidden = false;
}
