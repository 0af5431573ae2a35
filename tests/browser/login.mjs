// The steps of a login on the demo's page.
import assert from 'node:assert/strict';
import { arrive, once, SITE } from './browser.mjs';

export const LOGIN = '/api/user/login/wx/';
export const CODE_LIFE_MS = 600000;
const LONGEST_PAUSE_MS = 8000;

export const beginUrl = (url) => url.pathname === LOGIN && !url.searchParams.has('uuid');
export const pollUrl = (url) => url.pathname === LOGIN && url.searchParams.has('uuid');
export const currentUrl = (url) => url.pathname === '/api/user/current/';
export const heldUrl = (url) => pollUrl(url) && url.searchParams.has('wait');
export const isPoll = (request) => pollUrl(new URL(request.url()));
export const isHeld = (request) => heldUrl(new URL(request.url()));

// Waits until the page says so.
export async function isIn(page, state) {
  const body = page.locator(`body[data-state="${state}"]`);
  await body.waitFor({ state: 'attached' }).catch(async () =>
    assert.equal(await page.evaluate(() => document.body.dataset.state), state, "the page's state"));
}

// Has the server hold no poll of this person's, as an older one that knows no `wait`.
export const holdNone = ({ context }) => context.route(heldUrl, (route) => {
  const url = new URL(route.request().url());
  url.searchParams.delete('wait');
  return route.continue({ url: url.href });
});

// Somebody with a browser of their own, in front of a QR code. With `clock` its page's time is the test's to turn; `prepare`
// gets the person before the page is there.
export async function arriveAtQrcode({ clock, prepare = () => {}, site = SITE, ...options } = {}) {
  const person = await arrive(options);
  await prepare(person);
  if (clock) await person.page.clock.install();
  await person.page.goto(site);
  await isIn(person.page, 'waiting');
  return person;
}

// WeChat's frame, where one chooses who scans.
export const weixin = (page) => page.frameLocator('#qrcode iframe');
export const scan = (page, who) => weixin(page).getByRole('link', { name: who, exact: true }).click();

// A failure of WeChat's, by the sandbox's name for it.
export async function scanWith(page, directives) {
  await weixin(page).locator('summary').click();
  await weixin(page).locator(`a[href*="with=${encodeURIComponent(directives)}"]`).click();
}

export async function isLoggedIn(page, who) {
  await isIn(page, 'logged-in');
  assert.equal(await page.locator('#nickname').textContent(), who, 'the nickname');
}

// Waits as isIn() does, without the pauses between polls. The page's clock has to be the test's.
export async function hurryTo(page, state) {
  let isThere = false;
  const there = isIn(page, state).then(() => { isThere = true; });
  while (!isThere) {
    const answer = answered(page).catch(() => {}); // the last one may never come
    await page.clock.fastForward(LONGEST_PAUSE_MS);
    await Promise.race([there, answer]);
  }
}
export const answered = (page) => page.waitForEvent('requestfinished', isPoll);

// Of the cookie, where the test has restarted the demo with one.
export const COOKIE = 'site-token';
export const cookieOf = async ({ context }) => (await context.cookies()).find(({ name }) => name === COOKIE);
// The token, in the cookie or in localStorage.
export const heldToken = async (person) => (await cookieOf(person))?.value ?? tokenOf(person.page);
export const tokenOf = (page) => page.evaluate(() => localStorage.getItem('scanlogin.token'));
// Of the QR code on the page, before it is scanned.
export const uuidOf = async (page) => new URL(await page.locator('#qrcode iframe').getAttribute('src')).searchParams.get('state');

// What the server tells a poll from this browser, whatever its page does.
export async function poll(person, uuid) {
  const reply = await person.context.request.get(`${SITE}${LOGIN}?uuid=${uuid}`);
  return reply.json();
}
export const NOTHING_SCANNED = { code: 200, data: {}, msg: '找不到该 uuid 匹配的 code' };

// Keeps the page's requests there until the function that comes back is called. What is under way already is not kept: a
// held poll, if the person is not one of holdNone's.
export async function hold(page, url) {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await page.route(url, async (route) => {
    await held;
    await route.fallback();
  });
  return release;
}

// Keeps the reply to the page's next request there, from when the server has given it (`given`) until release().
export async function holdReply(page, url) {
  let give;
  let release;
  const given = new Promise((resolve) => { give = resolve; });
  const released = new Promise((resolve) => { release = resolve; });
  await once(page, url, async (route) => {
    const response = await route.fetch();
    give();
    await released;
    await route.fulfill({ response });
  });
  return { given, release };
}
