// The few sentences scripts say themselves; templates translate them into <template id="ui-words">.
export const words = document.getElementById("ui-words")?.dataset ?? {};
