// Logging in on the demo's page, and out again, in all the ways that nothing is wrong with.
import assert from 'node:assert/strict';
import { arrive, end, it, SITE } from './browser.mjs';
import { arriveAtQrcode, hold, holdReply, isIn, isLoggedIn, scan, tokenOf, weixin } from './login.mjs';

await it('who scans is logged in, with name and picture, and still is after a reload', async () => {
  const { page } = await arriveAtQrcode();
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
  await page.locator('#picture').waitFor();
  assert.notEqual(await page.locator('#picture').evaluate((picture) => picture.naturalWidth), 0, "the picture's width");
  const token = await tokenOf(page);
  await page.reload();
  await isLoggedIn(page, '张三');
  assert.equal(await tokenOf(page), token, 'the token');
});

await it('who logs out is logged out, and the next one can log in', async () => {
  const { page } = await arriveAtQrcode();
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
  await page.locator('#logout').click();
  await isIn(page, 'logged-out');
  assert.equal(await tokenOf(page), null, 'the token');
  await page.locator('#renew').click();
  await isIn(page, 'waiting');
  await scan(page, '李四');
  await isLoggedIn(page, '李四');
});

await it('a check of who is logged in that was under way during the logout does not undo it', async () => {
  const { page } = await arriveAtQrcode();
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
  const check = await holdReply(page, '**/user/current/');
  const releaseLogout = await hold(page, '**/user/logout/');
  await page.locator('#logout').click();
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await check.given;
  releaseLogout();
  await isIn(page, 'logged-out');

  const checked = page.waitForEvent('requestfinished', (request) => request.url().endsWith('/user/current/'));
  check.release();
  await checked;
  await page.evaluate(() => fetch('/')); // by its reply the page has taken in the one before
  await isIn(page, 'logged-out');
});

await it('who has no picture is logged in without one', async () => {
  const { page } = await arriveAtQrcode();
  await scan(page, '没有头像的人');
  await isLoggedIn(page, '没有头像的人');
  assert.equal(await page.locator('#picture').isVisible(), false, 'a picture is shown');
});

await it('who refuses is told at once, and can have a new QR code', async () => {
  const { page } = await arriveAtQrcode();
  await weixin(page).locator('#refuse').click();
  await isIn(page, 'refused');
  assert.equal(await tokenOf(page), null, 'the token');
  await page.locator('#renew').click();
  await isIn(page, 'waiting');
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
});

await it('a new login ends the older one on another device, which is told so', async () => {
  const older = await arriveAtQrcode({ announced: [/user\/current\/: 401/] });
  await scan(older.page, '张三');
  await isLoggedIn(older.page, '张三');
  const newer = await arriveAtQrcode();
  await scan(newer.page, '张三');
  await isLoggedIn(newer.page, '张三');

  await older.page.evaluate(() => dispatchEvent(new Event('focus')));
  await isIn(older.page, 'logged-out');
  assert.notEqual((await older.page.locator('#state').textContent()).trim(), '', 'what it is told');
  assert.equal(await tokenOf(older.page), null, 'the token');
});

await it('of two tabs, the one that began first still logs in', async () => {
  const { context, page: first } = await arriveAtQrcode();
  const second = await context.newPage();
  await second.goto(SITE);
  await isIn(second, 'waiting');
  await first.bringToFront();
  await scan(first, '张三');
  await isLoggedIn(first, '张三');
});

await it('with self_redirect off the whole window goes to the callback, and its browser has the token', async () => {
  const { context, page } = await arrive();
  // A document of the site's that has no login of its own.
  await page.goto(`${SITE}/scanlogin.js`);
  await page.evaluate(async () => {
    const { startLogin } = await import('/scanlogin.js');
    document.body.innerHTML = '<div id="qrcode"></div>';
    startLogin({ container: 'qrcode', weixin: { self_redirect: false } });
  });
  await scan(page, '张三');
  await page.waitForURL(/\/login\/wx\/callback\//);
  assert.match(await page.locator('h1').textContent(), /微信登录成功/);
  const uuid = new URL(page.url()).searchParams.get('state');
  const reply = await context.request.get(`${SITE}/api/user/login/wx/?uuid=${uuid}`);
  assert.match((await reply.json()).data.token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
});

await end();
