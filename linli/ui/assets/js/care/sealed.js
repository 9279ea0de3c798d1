// What a visitor keeps on his device, sealed: AES-GCM under a key from his PIN (PBKDF2), one record a slot.
// The PIN, the key and the plain text are never stored; without the PIN nothing here can be read.
const DATABASE = "linli-care";
const ROUNDS = 600_000; // PBKDF2-HMAC-SHA-256, the number OWASP asks for

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function slots(mode) {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("slots");
  return (await done(opening)).transaction("slots", mode).objectStore("slots");
}

export const read = async (name) => done((await slots("readonly")).get(name));
export const write = async (name, value) => done((await slots("readwrite")).put(value, name));
export const names = async () => done((await slots("readonly")).getAllKeys());
export const remove = async (name) => done((await slots("readwrite")).delete(name));
export const wipe = async () => done((await slots("readwrite")).clear());

export async function keyFrom(pin, salt) {
  const raw = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return crypto.subtle.deriveKey(how, raw, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

// The slot's name is bound into the seal: a record moved to another slot does not open.
export async function seal(key, name, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) };
  const body = await crypto.subtle.encrypt(how, key, new TextEncoder().encode(JSON.stringify(value)));
  await write(name, { iv, body });
}

export async function unseal(key, name) {
  const kept = await read(name);
  if (!kept) return null;
  const how = { name: "AES-GCM", iv: kept.iv, additionalData: new TextEncoder().encode(name) };
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, key, kept.body)));
}
