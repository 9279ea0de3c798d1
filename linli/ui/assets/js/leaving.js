// Signing out wipes what this device keeps, drafts and what a visitor keeps sealed; lines not yet sent are named before they are lost.
import { waiting } from "./care/outbox.js";
import { wipe } from "./care/sealed.js";
import { forgetDrafts } from "./drafts.js";
import { forgetLater, waitingHere } from "./later.js";
import { words } from "./words.js";

export function startLeaving() {
  for (const form of document.querySelectorAll('form[action$="/accounts/logout/"]')) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        if ((waitingHere() || (await waiting())) && !confirm(words.unsent)) return;
        await wipe();
      } catch { /* a private window keeps nothing: there is nothing to wipe */ }
      forgetDrafts();
      forgetLater();
      form.submit();
    });
  }
}
