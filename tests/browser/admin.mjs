// The steps of tests of the admin page, and what lies behind it.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { arrive, commandLine, sql, SITE, WAIT_MS } from './browser.mjs';
import { arriveAtQrcode, heldToken, isLoggedIn, scan } from './login.mjs';

export const ADMIN = `${SITE}/admin/`;
const PAUSE_MS = 40;

// Waits until what `read` returns is as expected.
export async function comesTo(what, expected, read) {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await pause(PAUSE_MS)) {
    if (isDeepStrictEqual(await read(), expected)) return;
  }
  assert.deepEqual(await read(), expected, what);
}

// ---- people ----

// Somebody who has scanned the QR code. `stored` is what their browser keeps: arriveAt() needs no second scan.
export async function logIn(who, options) {
  const person = await arriveAtQrcode(options);
  await scan(person.page, who);
  await isLoggedIn(person.page, who);
  const token = await heldToken(person);
  const { data } = await (await currentUser(person, token)).json();
  return { ...person, id: data.id, token, stored: await person.context.storageState() };
}
export const currentUser = ({ context }, token) =>
  context.request.get(`${SITE}/api/user/current/`, { headers: { IDTOKEN: token } });

export async function makeAdmin(who) {
  const person = await logIn(who);
  await commandLine('staff', String(person.id));
  return person;
}

// The admin page in a browser of its own, as one who has logged in before.
export async function arriveAt(hash, { stored }, { view = viewOf(hash), ...options } = {}) {
  const person = await arrive({ storageState: stored, ...options });
  await person.page.goto(ADMIN + hash);
  await isShowing(person.page, view);
  return person;
}
const viewOf = (hash) => (/^#users\/\d/.test(hash) ? 'user' : hash.slice(1).split('?')[0]);

// ---- what the page shows ----

// Waits until the view is there and has what it asked the server for.
export async function isShowing(page, view) {
  await page.locator(`body[data-view="${view}"]:not([data-busy="true"])`).waitFor({ state: 'attached' })
    .catch(async () => assert.deepEqual(await page.evaluate(() => ({ ...document.body.dataset })), { view, busy: 'false' }));
}
export const says = (page, text) =>
  comesTo('#status', text, async () => (await page.locator('#status').innerText()).split('\n')[0]);

export const cells = (page, key, rows = '#view tr') => page.locator(`${rows} td[data-key="${key}"] > div`);
export const column = (page, key, rows) => cells(page, key, rows).allTextContents();
export const lists = (page, key, expected) => comesTo(`the column ${key}`, expected.map(String), () => column(page, key));
export const field = (page, name) => page.locator(`.edit [name="${name}"]`);

// ---- what is in the database ----

const quoted = (value) => (typeof value === 'string' ? `'${value.replace(/[\\']/g, '\\$&')}'` : String(value));

async function insert(table, row) {
  return Number(await sql(`INSERT INTO ${table} (${Object.keys(row)}) VALUES (${Object.values(row).map(quoted)});
    SELECT LAST_INSERT_ID()`));
}

let made = 0;
const NOW = '2026-01-31 09:30:00';

// Returns the id. The username is another one each time if none is given.
export function makeUser(values = {}) {
  made += 1;
  return insert('user_user', { username: `made_${made}`, password: '!', date_joined: NOW, ...values });
}
export const makeIdentity = (user, type, id) => insert('user_oauth',
  { user_id: user, oauth_type: type, oauth_id: id, created_time: NOW, last_mod_time: NOW });
export function makeAudit(values) {
  made += 1;
  return insert('user_audit', { at: NOW, action: 'login', request: `made_${made}`, ...values });
}

const COLUMNS = ['nickname', 'phone_number', 'gender', 'is_active', 'is_staff'];
export const userIs = (id, expected) => comesTo(`user ${id} in the database`, expected, () => userRow(id));
export async function userRow(id) {
  const row = await sql(`SELECT JSON_ARRAY(${COLUMNS}) FROM user_user WHERE id = ${id}`);
  return row === '' ? null : Object.fromEntries(JSON.parse(row).map((value, index) => [COLUMNS[index], value]));
}
export const ids = async (rest) => (await sql(`SELECT id FROM ${rest}`)).split('\n').filter(Boolean);
