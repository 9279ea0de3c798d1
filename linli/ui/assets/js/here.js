// <form data-here>: its button asks the device where it is and sends that by POST; nothing is kept.
// Without script, or where the device does not say, the button stays hidden and the search by name is there.
export function startHere() {
  for (const form of document.querySelectorAll("form[data-here]")) {
    const button = form.querySelector("button");
    if (!("geolocation" in navigator) || !button) continue;
    button.hidden = false;
    button.addEventListener("click", (event) => {
      event.preventDefault();
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          form.elements.namedItem("at_lon").value = coords.longitude.toFixed(6);
          form.elements.namedItem("at_lat").value = coords.latitude.toFixed(6);
          form.submit();
        },
        () => {
          const note = form.querySelector("[data-here-note]");
          note.textContent = note.dataset.refused;
        },
        { timeout: 8000, maximumAge: 60000 },
      );
    });
  }
}

// <form data-try> with a <linli-map picks>: pointing at the map asks at once what it would change.
export function startTrying() {
  document.addEventListener("linli:pointed", ({ target }) => {
    const form = target.closest("form[data-try]");
    if (form) form.requestSubmit(form.querySelector("button[value=try]"));
  });
}
