// Theme and 长辈版 without a reload. Without this script the same forms work by POST and redirect.
export function startLook() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.("form[data-look]");
    const choice = event.submitter;
    if (!form || !["theme", "elder"].includes(choice?.name)) return;
    event.preventDefault();
    const body = new FormData(form, choice);
    fetch(form.action, { method: "POST", body, redirect: "manual", credentials: "same-origin" });
    if (choice.name === "theme") setTheme(choice.value);
    else setElder(choice.value === "1");
  });
}

function setTheme(theme) {
  document.documentElement.dataset.bsTheme = theme;
  press('[name="theme"]', theme);
  document.dispatchEvent(new CustomEvent("linli:theme"));
}

function setElder(elder) {
  document.documentElement.toggleAttribute("data-elder", elder);
  press('.segmented [name="elder"]', elder ? "1" : "0");
  for (const button of document.querySelectorAll('[data-look] > .tool[name="elder"]')) {
    button.value = elder ? "0" : "1";
    button.setAttribute("aria-pressed", String(elder));
  }
}

function press(selector, value) {
  for (const button of document.querySelectorAll(`[data-look] ${selector}`)) {
    button.setAttribute("aria-pressed", String(button.value === value));
  }
}
