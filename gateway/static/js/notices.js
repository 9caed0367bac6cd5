// A sound and a notice on the desktop for a new alert, as far as this browser was set to. Of several open
// tabs the one that listens tells.
export async function tellAside(data) {
  const wanted = (document.body.dataset.device ?? "").split(" ");
  if (wanted.includes("sound")) ring();
  if (wanted.includes("notice") && !document.hasFocus()) await show(data.handoff_id);
}

function ring() {
  // Until somebody has touched the page a browser keeps it silent.
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  volume.gain.setValueAtTime(0.2, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.6);
  tone.frequency.value = 660;
  tone.connect(volume).connect(audio.destination);
  tone.onended = () => audio.close();
  tone.start();
  tone.stop(audio.currentTime + 0.6);
}

async function show(handoffId) {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const { noticeTitle, noticePath } = document.body.dataset;
  try {
    const notice = new Notification(noticeTitle, { body: await bodyOf(noticePath, handoffId), tag: handoffId });
    notice.onclick = () => { window.focus(); notice.close(); };
  } catch {
    // Telephones have notices of installed applications only.
  }
}

// Office, kind and code: a notice may be read by whoever passes.
async function bodyOf(path, handoffId) {
  const answer = await fetch(path.replace("-", encodeURIComponent(handoffId)), { headers: { "X-Background": "notice" } });
  return answer.ok ? (await answer.json()).body : "";
}
