// A login that has ended while the person was away: the page says why, in one sentence.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { commandLine, deleteFromRedis, end, it, restartWith, SITE } from './browser.mjs';
import { arriveAtQrcode, COOKIE, cookieOf, heldToken, isIn, isLoggedIn, scan, tokenOf } from './login.mjs';

const API = `${SITE}/api/user`;

async function holdToken(person, token) {
  const cookie = await cookieOf(person);
  if (cookie) return person.context.addCookies([{ ...cookie, value: token }]);
  return person.page.evaluate((value) => localStorage.setItem('scanlogin.token', value), token);
}

async function logIn(options) {
  const person = await arriveAtQrcode(options);
  await scan(person.page, '张三');
  await isLoggedIn(person.page, '张三');
  const token = await heldToken(person);
  const call = (method, path) => fetch(API + path, { method, headers: { IDTOKEN: token } }); // from no browser
  return { ...person, token, call, id: (await (await call('GET', '/current/')).json()).data.id };
}

async function outOfDate({ id }) {
  const key = await readFile(`${process.env.RUN_DIR}/secret_key`, 'utf8');
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ id, username: 'x', exp: 1000000000, jti: '0'.repeat(32) })}`;
  return `${signed}.${createHmac('sha256', key.trim()).update(signed).digest('base64url')}`;
}

// What ends a login, by the reason that the server then gives; and what the page says.
const REASONS = {
  replaced: { end: () => logIn(), says: { 'zh-CN': /另一台设备上登录/, 'en-US': /logged in on another device/ } },
  'logged-out': { end: ({ call }) => call('POST', '/logout/'), says: { 'zh-CN': /已退出登录/, 'en-US': /have logged out/ } },
  revoked: { end: ({ id }) => commandLine('logout', String(id)), says: { 'zh-CN': /管理员/, 'en-US': /administrator/ } },
  disabled: { end: ({ id }) => commandLine('ban', String(id)), says: { 'zh-CN': /停用/, 'en-US': /disabled/ },
    after: ({ id }) => commandLine('unban', String(id)) },
  expired: { end: async (person) => holdToken(person, await outOfDate(person)), says: { 'zh-CN': /过期/, 'en-US': /expired/ } },
  unknown: { end: ({ id }) => deleteFromRedis(`userToken_${id}`), says: { 'zh-CN': /失效/, 'en-US': /no longer valid/ } },
  malformed: { end: (person) => holdToken(person, 'dead'), says: { 'zh-CN': /失效/, 'en-US': /no longer valid/ } },
};

for (const [mode, locale] of [['header', 'zh-CN'], ['cookie', 'en-US']]) {
  await it(`the token is in a ${mode}`, async () => {
    if (mode === 'cookie') await restartWith({ TOKEN_COOKIE: COOKIE });
    const person = await logIn({ locale });
    assert.equal(await cookieOf(person) !== undefined, mode === 'cookie', 'a cookie is there');
  });
  for (const [reason, { end: finish, says, after = () => {} }] of Object.entries(REASONS)) {
    await it(`${reason}: by ${mode}, in ${locale}`, async () => {
      const person = await logIn({ locale, announced: [/user\/current\/: 401/] });
      const { page } = person;
      const isTold = async () => {
        await isIn(page, 'logged-out');
        assert.match(await page.locator('#state').textContent(), says[locale]);
        assert.equal(await tokenOf(page), null, 'the token in localStorage');
      };
      await finish(person);
      const given = page.waitForResponse(`${API}/current/`);
      await page.evaluate(() => dispatchEvent(new Event('focus')));
      assert.equal((await (await given).json()).reason, reason);
      await isTold();
      await page.reload();
      await (mode === 'cookie' ? isTold() : isIn(page, 'waiting')); // it keeps no dead token, but the browser a dead cookie
      await after(person);
    });
  }
}

await it('after a dead cookie one logs in anew', async () => {
  const person = await logIn();
  const { page } = person;
  await commandLine('logout', String(person.id));
  await page.reload();
  await page.locator('#renew').click();
  await isIn(page, 'waiting');
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
  await page.reload();
  await isLoggedIn(page, '张三');
});

await end();
