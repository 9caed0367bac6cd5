// Starts what the page asks for. Without scripts every page works; these only spare a reload.
import { watch } from "./stream.js";
import { showLive } from "./live.js";
import { autosave } from "./autosave.js";
import { followConditions } from "./conditions.js";
import { focusOnWhatHappened } from "./focus.js";
import { showOnIcon } from "./badge.js";
import { askForLeave } from "./device.js";
import { offerPush } from "./push.js";
import { listenToKeys } from "./keys.js";
import { keepClocks } from "./clocks.js";
import { warnBeforeTheEnd } from "./session.js";

focusOnWhatHappened();
keepClocks();
warnBeforeTheEnd();
listenToKeys();
askForLeave();
offerPush();
showOnIcon(Number(document.body.dataset.unread));
const form = document.querySelector("form[data-autosave]");
if (form) {
  followConditions(form);
  autosave(form);
}
const path = document.body.dataset.stream;
if (path) {
  watch(path, document.body.dataset.person, showLive());
}
