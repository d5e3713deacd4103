// The desk's behaviour: every page works without it, and works quicker with it.
import "./js/keys.js";
import "./js/lists.js";
import "./js/palette.js";
import "./js/dialogs.js";
import "./js/toasts.js";
import "./js/autosave.js";
import "./js/guards.js";
import "./js/panes.js";
import "./js/tabs.js";
import "./js/pickers.js";
import "./js/fields.js";
import "./js/viewer.js";
import "./js/reading.js";
import "./js/drop.js";
import "./js/editor.js";
import "./js/counts.js";
import "./js/security-key.js";
