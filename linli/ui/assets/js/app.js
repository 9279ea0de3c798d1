// What every page loads. Everything here improves a page that already works without it.
import Alpine from "@alpinejs/csp";
import { startDialogs } from "./dialogs.js";
import { startDrafts } from "./drafts.js";
import { startDrop } from "./drop.js";
import { startFormula } from "./formula.js";
import { startHere, startTrying } from "./here.js";
import { startKeys } from "./keys.js";
import { startLeaving } from "./leaving.js";
import { startLook } from "./look.js";
import { startOutbox } from "./outbox.js";
import { periodPicker, searchPicker } from "./pickers.js";
import { startReading } from "./reading.js";
import { ready } from "./sealing.js";

// What is written on this page can be kept once its seal is here, so the page is not ready before that; where the
// server does not answer, a form says it was not sent and stays as it is filled.
const seal = document.querySelector("form[data-draft], form[data-outbox]") && ready();
startLook();
startDialogs();
startKeys();
startDrop();
const drafts = startDrafts();
startReading();
startHere();
startFormula();
startTrying();
startLeaving();
startOutbox();

Alpine.data("searchPicker", searchPicker);
Alpine.data("periodPicker", periodPicker);
Alpine.start();

const { serviceWorker: worker } = document.body.dataset;
if (worker && "serviceWorker" in navigator && isSecureContext) navigator.serviceWorker.register(worker).catch(() => {});
await Promise.allSettled([drafts, seal]);
document.documentElement.dataset.ready = "";
