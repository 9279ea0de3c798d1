// Signing out wipes what this device keeps, drafts and what a visitor keeps sealed; lines not yet sent are named before they are lost.
import { waiting } from "./care/outbox.js";
import { wipe } from "./care/sealed.js";
import { forgetDrafts } from "./drafts.js";
import { forgetQueue, queued } from "./outbox.js";
import { forgetBoxes } from "./sealing.js";
import { words } from "./words.js";

export function startLeaving() {
  for (const form of document.querySelectorAll('form[action$="/accounts/logout/"]')) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        if ((await waiting()) + (await queued()) && !confirm(words.unsent)) return;
        await wipe();
        await forgetQueue();
      } catch { /* a private window keeps nothing: there is nothing to wipe */ }
      forgetDrafts();
      forgetBoxes();
      form.submit();
    });
  }
}
