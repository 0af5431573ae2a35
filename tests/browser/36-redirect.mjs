// A login for which WeChat has the whole window: it ends where the person was going, or the login page says why it did not.
import assert from 'node:assert/strict';
import { arrive, end, it, restartWith, SITE } from './browser.mjs';
import { COOKIE, cookieOf, isIn, isLoggedIn, tokenOf } from './login.mjs';

const MEMBERS = `${SITE}/members/?a=1`;
const startUrl = (next) => `${SITE}/api/user/login/wx/start/?next=${encodeURIComponent(next)}`;

// A page of the site's own.
const withMembers = ({ context }) => context.route(`${SITE}/members/**`, (route) =>
  route.fulfill({ contentType: 'text/html', body: '<h1>Members</h1>' }));

// In front of WeChat's page.
async function arriveAtWeixin(next, options) {
  const person = await arrive(options);
  await withMembers(person);
  await person.page.goto(startUrl(next));
  assert.match(person.page.url(), /\/connect\/qrconnect\?/);
  return person;
}
const choose = ({ page }, who) => page.getByRole('link', { name: who, exact: true }).click();
const isTold = async ({ page }, text) => assert.match(await page.locator('#state').textContent(), text);

await it('without a cookie the login page takes the token over, and leads on to where the person was going', async () => {
  const person = await arriveAtWeixin('/members/?a=1');
  await choose(person, '张三');
  await person.page.waitForURL(MEMBERS);
  assert.match(await tokenOf(person.page), /^[\w-]+\.[\w-]+\.[\w-]+$/);
});

await it('to the site itself it ends on the login page, logged in; a reload does not begin again', async () => {
  const person = await arriveAtWeixin('/');
  await choose(person, '张三');
  await person.page.waitForURL((url) => url.origin === SITE && url.hash === '');
  await isLoggedIn(person.page, '张三');
  await person.page.reload();
  await isLoggedIn(person.page, '张三');
});

await it('who refused is told so, and can scan a QR code there; a reload says no more of it', async () => {
  const person = await arriveAtWeixin('/members/?a=1');
  await person.page.locator('#refuse').click();
  await isIn(person.page, 'refused');
  await isTold(person, /取消了登录/);
  await person.page.locator('#renew').click();
  await isIn(person.page, 'waiting');
  assert.equal(new URL(person.page.url()).searchParams.get('error'), null);
  assert.equal(new URL(person.page.url()).searchParams.get('next'), '/members/?a=1');
});

for (const [error, text] of [['expired', /超时/], ['other-browser', /另一个浏览器/], ['disabled', /停用/], ['40029', /40029/],
  ['<img src=x onerror=alert(1)>', /<img/]]) {
  await it(`?error=${error} is told in words`, async () => {
    const person = await arrive();
    await person.page.goto(`${SITE}/login/?error=${encodeURIComponent(error)}`);
    await isIn(person.page, 'failed');
    await isTold(person, text);
  });
}

await it('with TOKEN_COOKIE it goes there without the login page, and nothing is kept by it', async () => {
  await restartWith({ TOKEN_COOKIE: COOKIE });
  const person = await arriveAtWeixin('/members/?a=1');
  const seen = [];
  person.page.on('framenavigated', (frame) => seen.push(new URL(frame.url()).pathname));
  await choose(person, '张三');
  await person.page.waitForURL(MEMBERS);
  assert.deepEqual(seen.filter((path) => path === '/login/' || path === '/'), []);
  assert.match((await cookieOf(person)).value, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.equal(await tokenOf(person.page), null);
});

await end();
