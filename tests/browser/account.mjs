// The steps of tests of the account page.
import assert from 'node:assert/strict';
import { comesTo, logIn } from './admin.mjs';
import { arrive, restartWith, SITE, sql } from './browser.mjs';
import { COOKIE } from './login.mjs';

export const ACCOUNT = `${SITE}/account/`;

// With other settings, and nobody who has ever logged in.
export async function startOver(settings) {
  await restartWith(settings);
  await sql('DELETE FROM user_user');
}

// How the token travels. become() makes the browser somebody else's, as a login in another tab does.
export const MODES = [
  {
    name: 'header',
    begin: (settings) => startOver({ ...settings, TOKEN_COOKIE: '' }),
    become: (context, page, { token }) => page.evaluate((value) => localStorage.setItem('scanlogin.token', value), token),
  },
  {
    name: 'cookie',
    begin: (settings) => startOver({ ...settings, TOKEN_COOKIE: COOKIE }),
    become: (context, page, { stored }) => context.addCookies(stored.cookies),
  },
];

// Somebody who has logged in before. The login page is closed: it asks each minute, and finds out how the session ended.
export async function logInBefore(who, options) {
  const person = await logIn(who, options);
  await person.page.close();
  return person;
}

// The account page in a browser of its own, as one who has logged in before.
// With `clock` its page's time is the test's to turn.
export async function arriveAtAccount({ stored }, { clock, ...options } = {}) {
  const person = await arrive({ storageState: stored, ...options });
  if (clock) await person.page.clock.install();
  await person.page.goto(ACCOUNT);
  await isReady(person.page);
  return person;
}

// Waits until the page shows the account and has what it asked the server for.
export const isReady = (page) => isInState(page, 'account');
// Waits until a text stands in place of the account; returns its title.
export async function isAway(page) {
  await isInState(page, 'away');
  assert.equal(await page.locator('.content :not(h2)').count(), 0, 'what is left of the account');
  return page.locator('#away-title').innerText();
}
async function isInState(page, state) {
  await page.locator(`body[data-state="${state}"]:not([data-busy="true"])`).waitFor({ state: 'attached' })
    .catch(async () => assert.deepEqual(await page.evaluate(() => ({ ...document.body.dataset })), { state }));
}

export const says = (page, text) =>
  comesTo('#status', text, async () => (await page.locator('#status').innerText()).split('\n')[0]);
export const names = (page, part) => page.locator(`#${part} li .name bdi`).allInnerTexts();
export const lists = (page, part, expected) => comesTo(`the list of ${part}`, expected, () => names(page, part));
export const buttonOf = (page, part, name) =>
  page.locator(`#${part} li`).filter({ hasText: name }).getByRole('button');
export const focusedText = (page) => page.evaluate(() => document.activeElement.innerText);
export const comeBack = (page) => page.evaluate(() => dispatchEvent(new Event('focus')));

// What browsers say of themselves, by what the page makes of it.
export const AGENTS = {
  'Edge · Windows': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 '
    + 'Safari/537.36 Edg/140.0.0.0',
  'Safari · Mac': 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 '
    + 'Safari/605.1.15',
  'Firefox · Linux': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  '微信 · Android': 'Mozilla/5.0 (Linux; Android 14; PJD110 Build/UP1A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 '
    + 'Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160065 MMWEBSDK/20231202 MicroMessenger/8.0.47',
};
