// A login belongs to the browser that began it: nobody else can finish it, nor plant one.
import assert from 'node:assert/strict';
import { arrive, end, it, SITE, WEIXIN } from './browser.mjs';
import {
  arriveAtQrcode, hold, holdNone, isIn, isLoggedIn, LOGIN, NOTHING_SCANNED, poll, pollUrl, scan, tokenOf, uuidOf,
} from './login.mjs';

// A browser that knows what the cookie looks like, but not its secret.
async function forger() {
  const person = await arrive();
  const value = 'a'.repeat(32);
  await person.context.addCookies([{ name: 'scanlogin', value, domain: '127.0.0.1', path: LOGIN }]);
  return person;
}

await it('a stolen uuid is worth nothing in another browser, before the login and after', async () => {
  const { page } = await arriveAtQrcode({ prepare: holdNone });
  const uuid = await uuidOf(page);
  const thieves = [await arrive(), await arriveAtQrcode(), await forger()];
  // The page is held back, so that the thieves are the first to ask after the scan.
  const release = await hold(page, pollUrl);
  const scanned = page.waitForResponse((response) => response.url().includes(`${LOGIN}callback/`));
  await scan(page, '张三');
  await scanned;
  for (const thief of thieves) assert.deepEqual(await poll(thief, uuid), NOTHING_SCANNED, "a thief's poll");

  release();
  await isLoggedIn(page, '张三');
  for (const thief of thieves) assert.deepEqual(await poll(thief, uuid), NOTHING_SCANNED, "a thief's poll");
});

await it("the callback's URL in another browser says where to scan, and logs nobody in", async () => {
  const { page, context } = await arriveAtQrcode();
  let callback;
  // 204: the frame stays where it is.
  await page.route(`${WEIXIN}/connect/confirm?**`, async (route) => {
    callback = (await route.fetch({ maxRedirects: 0 })).headers().location;
    await route.fulfill({ status: 204 });
  });
  const confirmed = page.waitForResponse(`${WEIXIN}/connect/confirm?**`);
  await scan(page, '李四');
  await confirmed;
  assert.ok(callback.startsWith(`${SITE}${LOGIN}callback/?`), `where WeChat sends the browser: ${callback}`);

  const other = await arrive();
  await other.page.goto(callback);
  assert.match(await other.page.locator('body').textContent(), /浏览器/);
  assert.doesNotMatch(await other.page.locator('body').textContent(), /微信登录成功/);
  const uuid = new URL(callback).searchParams.get('state');
  assert.deepEqual(await poll({ context }, uuid), NOTHING_SCANNED, "the first browser's poll");
  assert.deepEqual(await poll(other, uuid), NOTHING_SCANNED, "the other browser's poll");
  await isIn(page, 'waiting');
  assert.equal(await tokenOf(page), null, 'the token');

  await page.unroute(`${WEIXIN}/connect/confirm?**`);
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
});

await end();
