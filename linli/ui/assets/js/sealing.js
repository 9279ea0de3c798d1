// What this device keeps of what people wrote is sealed to its writer's box: a key pair whose public half seals
// without a network. An account's private half lies here wrapped under a key only the server has, and gives only to
// that account; a visitor's lies in the tab and ends with it, unless the visitor says the device is his own.
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const AES = { name: "AES-GCM", length: 256 };
const NAME = "linli-box:"; // with the account's number; a visitor's has none
export const VISITOR = "";
export const owner = () => document.body.dataset.owner ?? VISITOR;

const encode = (text) => new TextEncoder().encode(text);
const write = (bytes) => btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(""));
const read = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

async function lock(key, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt({ name: AES.name, iv }, key, bytes) };
}
const unlock = (key, { iv, data }) => crypto.subtle.decrypt({ name: AES.name, iv }, key, data);

async function agree(secret, open) {
  const bits = await crypto.subtle.deriveBits({ name: CURVE.name, public: open }, secret, 256);
  const seed = await crypto.subtle.importKey("raw", bits, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encode("linli-box") };
  return crypto.subtle.deriveKey(how, seed, AES, false, ["encrypt", "decrypt"]);
}

// The key the server gives to the account that is signed in, asked for once a page; no other account's is taken for it.
let given;
async function accountKey(who) {
  given ??= fetch(document.body.dataset.deviceKey, { headers: { Accept: "application/json" }, redirect: "error" }).then((answer) => answer.json());
  given.catch(() => { given = undefined; });
  const { account, key } = await given;
  if (String(account) !== who) throw new Error("another account is signed in");
  return crypto.subtle.importKey("raw", read(key), AES, false, ["encrypt", "decrypt"]);
}

const ownDevice = () => Boolean(localStorage.getItem(NAME));
const shelf = (who) => (who === VISITOR && !ownDevice() ? sessionStorage : localStorage);
const kept = (who) => JSON.parse(shelf(who).getItem(NAME + who) ?? "null");

async function make(who) {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  const open = write(await crypto.subtle.exportKey("raw", pair.publicKey));
  let secret = await crypto.subtle.exportKey("pkcs8", pair.privateKey);
  let iv = "";
  if (who !== VISITOR) ({ iv, data: secret } = await lock(await accountKey(who), secret));
  shelf(who).setItem(NAME + who, JSON.stringify({ open, secret: write(secret), iv: iv && write(iv) }));
}

// Two tabs opened at once make one box, not two of which the second forgets the first.
async function boxOf(who) {
  await navigator.locks.request(NAME, async () => { if (!kept(who)) await make(who); });
  return kept(who);
}

// The server's secret was changed: what lies in this box opens never again, and nothing more is put into it.
async function unwrap(who, box, key) {
  try {
    return await unlock(key, { iv: read(box.iv), data: read(box.secret) });
  } catch (fault) {
    shelf(who).removeItem(NAME + who);
    throw fault;
  }
}

async function secretOf(who) {
  const box = kept(who);
  if (!box) return null;
  const bytes = who === VISITOR ? read(box.secret) : await unwrap(who, box, await accountKey(who));
  return crypto.subtle.importKey("pkcs8", bytes, CURVE, false, ["deriveBits"]);
}

// Bytes sealed to the writer; whoever has only this cannot open it again, not even the page that sealed it.
export async function seal(who, bytes) {
  const target = await crypto.subtle.importKey("raw", read((await boxOf(who)).open), CURVE, false, []);
  const once = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const from = await crypto.subtle.exportKey("raw", once.publicKey);
  return { from, ...(await lock(await agree(once.privateKey, target), bytes)) };
}

// The bytes again; null for whom it was not sealed, and for an account while the server does not give its key.
export async function unseal(who, sealed) {
  try {
    const from = await crypto.subtle.importKey("raw", sealed.from, CURVE, false, []);
    return await unlock(await agree(await secretOf(who), from), sealed);
  } catch {
    return null;
  }
}

export async function sealText(who, text) {
  const { from, iv, data } = await seal(who, encode(text));
  return { from: write(from), iv: write(iv), data: write(data) };
}

export async function unsealText(who, { from, iv, data }) {
  const bytes = await unseal(who, { from: read(from), iv: read(iv), data: read(data) });
  return bytes && new TextDecoder().decode(bytes);
}

// A page that will seal or show something asks for its key while there is a network.
export const ready = async () => { if (owner() !== VISITOR) await boxOf(owner()).then(() => accountKey(owner())); };

// A visitor's box leaves the tab for the device: only he can know whether it is his own.
export function keepOnDevice() {
  localStorage.setItem(NAME, sessionStorage.getItem(NAME) ?? localStorage.getItem(NAME) ?? "");
  sessionStorage.removeItem(NAME);
}
export const endsWithTab = () => !ownDevice();

export function forgetBoxes() {
  for (const store of [localStorage, sessionStorage]) Object.keys(store).filter((key) => key.startsWith(NAME)).forEach((key) => store.removeItem(key));
}
