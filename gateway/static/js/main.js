// Starts what the page asks for. Without scripts every page works; these only spare a reload.
import { watch } from "./stream.js";
import { showLive } from "./live.js";
import { autosave } from "./autosave.js";
import { followConditions } from "./conditions.js";
import { focusOnWhatHappened } from "./focus.js";
import { keepClocks } from "./clocks.js";
import { warnBeforeTheEnd } from "./session.js";

focusOnWhatHappened();
keepClocks();
warnBeforeTheEnd();
const form = document.querySelector("form[data-autosave]");
if (form) {
  followConditions(form);
  autosave(form);
}
const path = document.body.dataset.stream;
if (path) {
  watch(path, showLive());
}
