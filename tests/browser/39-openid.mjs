// The way to an OpenID provider and back, whose pages are led through by a header.
import assert from 'node:assert/strict';
import { end, it, restartWith } from './browser.mjs';
import { arriveAtQrcode, COOKIE, cookieOf, isIn, isLoggedIn, tokenOf } from './login.mjs';

// Somebody who decides so at the provider: allow:NAME, or refuse.
const arrive = (decision, options = {}) => arriveAtQrcode({
  ...options,
  extraHTTPHeaders: { 'X-Decide': decision },
  prepare: ({ context }) => context.route('https://pictures.example/**', (route) => route.fulfill({
    contentType: 'image/svg+xml',
    body: '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="teal"/></svg>',
  })),
});
const door = ({ page }) => page.locator('#doors a');

await it('its button has its name, leads there and back, and the page takes the token over', async () => {
  const person = await arrive('allow:ann');
  assert.deepEqual(await door(person).allTextContents(), ['用 单位账号 登录']);
  await door(person).click();
  await isLoggedIn(person.page, '王小ann🦉');
  assert.match(await tokenOf(person.page), /^[\w-]+\.[\w-]+\.[\w-]+$/);
  await person.page.locator('#picture').waitFor();
});

await it('… in English as well', async () => {
  const person = await arrive('allow:bob', { locale: 'en-US' });
  assert.deepEqual(await door(person).allTextContents(), ['Log in with Works ID']);
  await door(person).click();
  await isLoggedIn(person.page, '王小bob🦉');
});

await it('who refuses is told so', async () => {
  const person = await arrive('refuse');
  await door(person).click();
  await isIn(person.page, 'refused');
});

await it('with TOKEN_COOKIE it goes there without the login page', async () => {
  await restartWith({ TOKEN_COOKIE: COOKIE });
  const person = await arrive('allow:ann');
  await door(person).click();
  await isLoggedIn(person.page, '王小ann🦉');
  assert.match((await cookieOf(person)).value, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.equal(await tokenOf(person.page), null);
});

await end();
