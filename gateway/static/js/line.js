// The line to the server: what comes on it, and how it is opened again where browsers give up.
const KINDS = ["alert", "handoff", "holding", "inbox", "conference"];
// From then on the page says that it may be old.
const PATIENCE_MS = 5000;
const PAUSES_MS = [2000, 5000, 15000, 30000, 60000];

// `heard` tells the last number that any tab of this browser has heard.
export function open(path, pass, heard) {
  let source = null;
  let lost = null;
  let again = null;
  let tries = 0;
  let isOver = false;

  function connect() {
    clearTimeout(again);
    source?.close();
    if (isOver) return;
    source = new EventSource(since(path, heard()));
    source.onopen = () => {
      clearTimeout(lost);
      lost = null;
      tries = 0;
      pass({ what: "open" });
    };
    source.onerror = () => {
      lost ??= setTimeout(() => pass({ what: "lost" }), PATIENCE_MS);
      // After an answer that is no stream, as of a server that is starting, browsers try no more.
      if (source.readyState === EventSource.CLOSED) again = setTimeout(connect, pause(tries++));
    };
    // Somebody else has signed in: what comes now is not for this page.
    source.addEventListener("over", () => {
      isOver = true;
      source.close();
      pass({ what: "lost" });
    });
    source.addEventListener("beat", () => pass({ what: "beat" }));
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        pass({ what: "event", kind, data: JSON.parse(event.data), id: event.lastEventId });
      });
    }
  }

  connect();
  return {
    again: connect,
    close() {
      clearTimeout(lost);
      clearTimeout(again);
      source.close();
    },
  };
}

// Not all at one moment.
function pause(tries) {
  return PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)] * (0.75 + Math.random() / 2);
}

// A line that is opened anew by us has forgotten where the last one ended.
function since(path, lastId) {
  const address = new URL(path, location.href);
  if (lastId) address.searchParams.set("after_seq", lastId);
  return address;
}
