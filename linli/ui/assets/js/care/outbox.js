// The lines written on the round: sealed until the server has answered, each sent under a key of its own.
// A line that was sent and whose answer was lost is sent again under the same key: the server takes it once.
import { names, remove, seal, unseal } from "./sealed.js";

const SLOT = "line:";

export async function linesOf(key) {
  const found = [];
  for (const name of await names()) if (name.startsWith(SLOT)) found.push(await unseal(key, name));
  return found.sort((one, other) => one.told.at.localeCompare(other.told.at));
}

export const keep = (key, line) => seal(key, SLOT + line.told.key, line);
export const drop = (line) => remove(SLOT + line.told.key);
export const waiting = async () => (await names()).filter((name) => name.startsWith(SLOT)).length;

async function post(address, token, told) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(told),
    redirect: "manual",
  });
  if (answer.type === "opaqueredirect" || answer.status === 401) return { status: "sign-in" };
  if (answer.status >= 500 || answer.status === 429) return { status: "later" };
  return answer.json().catch(() => ({ status: "later" }));
}

// Send every line that waits; what was taken leaves the device, the rest stays with what the server said.
export async function sendAll(key, address, token) {
  let left = 0;
  for (const line of await linesOf(key)) {
    const told = line.status === "conflict" && !line.told.beside ? null : await post(address, token, line.told);
    if (told?.status === "sign-in" || told?.status === "later") return { status: told.status };
    if (told?.status === "taken" || told?.status === "again") await drop(line);
    else {
      left += 1;
      if (told) await keep(key, { ...line, ...told });
    }
  }
  return { status: left ? "left" : "sent" };
}
