// The report of a hazard without a network. The page of the report leaves on this device which kinds and grids its
// account has; the page the service worker keeps, which holds nothing of anybody, is filled from that. What was left
// lies among the drafts of the account: it goes at sign-out and when somebody else signs in. Loaded before app.js.
{
  const KEEP_MS = 7 * 24 * 3600 * 1000;
  const DRAFTS = "linli-draft:";
  const NAME = ":grid-choices";

  const leave = (form) => {
    const { owner } = document.body.dataset;
    const kinds = [...form.querySelectorAll("[name=kind]")].map((one) => [one.value, one.closest("label").textContent.trim()]);
    const places = [...form.elements.place.options].filter((one) => one.value).map((one) => [one.value, one.text, one.defaultSelected]);
    localStorage.setItem(`${DRAFTS}${owner}${NAME}`, JSON.stringify({ at: Date.now(), owner, kinds, places }));
  };

  const find = () => {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(DRAFTS) && key.endsWith(NAME));
    const kept = keys.map((key) => JSON.parse(localStorage.getItem(key))).sort((one, other) => other.at - one.at)[0];
    return kept && Date.now() - kept.at < KEEP_MS ? kept : null;
  };

  const fill = (form, { owner, kinds, places }) => {
    document.body.dataset.owner = owner; // under whose account it waits: nobody else's page shows or sends it
    const pattern = form.querySelector("template").content.firstElementChild;
    for (const [value, name] of kinds) {
      const line = pattern.cloneNode(true);
      Object.assign(line.querySelector("input"), { value, id: `kind-${value}` });
      line.querySelector("span").textContent = name;
      form.querySelector("fieldset").append(line);
    }
    for (const [value, name, chosen] of places) form.elements.place.add(new Option(name, value, chosen, chosen));
  };

  try {
    const online = document.querySelector("form[data-grid-choices]");
    const offline = document.querySelector("form[data-grid-offline]");
    if (online) leave(online);
    const kept = offline && find();
    if (kept) {
      fill(offline, kept);
      document.getElementById("grid-first-online").remove();
    } else offline?.remove();
  } catch { /* a private window keeps nothing */ }
}
