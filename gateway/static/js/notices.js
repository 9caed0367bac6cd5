// A sound and a notice on the desktop for a new alert, as far as this browser was set to. Of several open
// tabs the one that listens tells. What comes within three seconds is told together: one sound, one notice.
const BURST_MS = 3000;
const heard = new Set();
let audio = null;

export async function tellAside({ handoff_id: handoffId }) {
  heard.add(handoffId);
  if (heard.size > 1) return;
  setTimeout(() => endBurst(handoffId), BURST_MS);
  if (wants("sound")) ring();
  if (wants("notice")) await show(handoffId, () => bodyOf(handoffId));
}

// The notice of the first becomes that of all: it has the same tag.
function endBurst(first) {
  const words = document.body.dataset.liveNews.replace("{count}", heard.size);
  if (heard.size > 1 && wants("notice")) show(first, () => words);
  heard.clear();
}

function wants(what) {
  return (document.body.dataset.device ?? "").split(" ").includes(what);
}

async function ring() {
  const askedAt = performance.now();
  try {
    audio ??= new AudioContext();
    // Until somebody has touched the page a browser keeps it silent; later than this it would puzzle.
    if (audio.state !== "running") await audio.resume();
    if (performance.now() - askedAt < BURST_MS) play();
  } catch {
    // A machine without a loudspeaker.
  }
}

function play() {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  volume.gain.setValueAtTime(0.2, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.6);
  tone.frequency.value = 660;
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.6);
}

async function show(tag, say) {
  if (!("Notification" in window) || Notification.permission !== "granted" || document.hasFocus()) return;
  try {
    const notice = new Notification(document.body.dataset.noticeTitle, { body: await say(), tag });
    notice.onclick = () => { window.focus(); notice.close(); };
  } catch {
    // Telephones have notices of installed applications only.
  }
}

// Office, kind and code: a notice may be read by whoever passes.
async function bodyOf(handoffId) {
  const path = document.body.dataset.noticePath.replace("-", encodeURIComponent(handoffId));
  const answer = await fetch(path, { headers: { "X-Background": "notice" } });
  return answer.ok ? (await answer.json()).body : "";
}
