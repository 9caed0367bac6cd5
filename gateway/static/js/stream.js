// One stream a browser: the tab that holds the lock listens and tells the others.
const NAME = "tsunagi-live";
const KINDS = ["alert", "handoff", "holding", "inbox", "conference"];
// Two missed heartbeats and a bit: from then on the page says that it may be old.
const PATIENCE_MS = 5000;

export function watch(path, reader) {
  if (!("EventSource" in window)) return;
  const shared = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;
  if (shared) shared.onmessage = (message) => tell(reader, message.data, false);
  const pass = (said) => {
    tell(reader, said, true);
    if (shared) shared.postMessage(said);
  };
  const listen = () => open(path, pass);
  if (!shared || !navigator.locks) {
    listen();
    return;
  }
  // Who gets the lock keeps it as long as the tab lives; the next tab then takes over.
  navigator.locks.request(NAME, () => new Promise((release) => {
    const source = listen();
    window.addEventListener("pagehide", () => { source.close(); release(); }, { once: true });
  }));
}

// `isFirst`: this tab has heard it itself, the others of this browser by it.
function tell(reader, said, isFirst) {
  if (said.what === "event") reader.heard(said.kind, said.data, isFirst);
  else if (said.what === "open") reader.connected();
  else reader.lost();
}

function open(path, pass) {
  const source = new EventSource(path);
  let lost = null;
  source.onopen = () => {
    clearTimeout(lost);
    lost = null;
    pass({ what: "open" });
  };
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) pass({ what: "lost" });
    else lost ??= setTimeout(() => pass({ what: "lost" }), PATIENCE_MS);
  };
  for (const kind of KINDS) {
    source.addEventListener(kind, (event) => pass({ what: "event", kind, data: JSON.parse(event.data) }));
  }
  return source;
}
