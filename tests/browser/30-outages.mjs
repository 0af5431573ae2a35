// WeChat, an endpoint or the network fails for a while: the login goes on where it was.
import assert from 'node:assert/strict';
import { arrive, end, it, once, SITE, startAgain, stop } from './browser.mjs';
import { arriveAtQrcode, hurryTo, isIn, isLoggedIn, LOGIN, pollUrl, scan, scanWith, tokenOf } from './login.mjs';

// By the browser's own protocol: page.route() does not see where a redirect leads.
async function limitNextCallback(browser) {
  const paused = new Promise((resolve) => { browser.once('Fetch.requestPaused', resolve); });
  await browser.send('Fetch.enable', { patterns: [{ urlPattern: `${SITE}${LOGIN}callback/*` }] });
  const { requestId } = await paused;
  await browser.send('Fetch.fulfillRequest', {
    requestId,
    responseCode: 429,
    responseHeaders: [{ name: 'Content-Type', value: 'application/json; charset=utf-8' }],
    body: Buffer.from('{"code":429,"msg":"请求过于频繁，请稍后再试"}').toString('base64'),
  });
  await browser.send('Fetch.disable');
}

await it('WeChat is down and comes back: the scan is kept', async () => {
  const { page } = await arriveAtQrcode({ clock: true, announced: [/GET .*login\/wx\/\?uuid=.*: 502/] });
  await scanWith(page, 'status=500.times=3');
  await isIn(page, 'weixin-unavailable');
  await hurryTo(page, 'logged-in');
  await isLoggedIn(page, '张三');
});

await it('the service goes down and comes back: the QR code stays good', async () => {
  const { page } = await arriveAtQrcode({ clock: true, announced: [/GET .*login\/wx\/\?uuid=.*: 503/] });
  await stop('login-wx');
  await isIn(page, 'unavailable');
  await startAgain();
  await hurryTo(page, 'waiting');
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
});

await it('the service is down from the start: the QR code comes once it is up', async () => {
  const { page } = await arrive({ announced: [/POST .*login\/wx\/: 503/] });
  await stop('login-wx');
  await page.clock.install();
  await page.goto(SITE);
  await isIn(page, 'unavailable');
  await startAgain();
  await hurryTo(page, 'waiting');
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
});

await it('the return from WeChat is limited: it is tried again, and the scan is kept', async () => {
  const { context, page } = await arriveAtQrcode({ announced: [/GET .*login\/wx\/callback\/.*: 429/] });
  const limited = limitNextCallback(await context.newCDPSession(page));
  await scan(page, '张三');
  await limited;
  await isLoggedIn(page, '张三');
});

await it("WeChat's script does not load at first: it is tried again", async () => {
  const { page } = await arrive({ announced: [/wxLogin\.js: net::ERR_CONNECTION_REFUSED/] });
  await once(page, '**/wxLogin.js', (route) => route.abort('connectionrefused'));
  await page.goto(SITE);
  await isIn(page, 'weixin-unavailable');
  await isIn(page, 'waiting');
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
});

await it('the reply with the token is lost on its way: the next poll brings the same token', async () => {
  const { page } = await arriveAtQrcode({ announced: [/GET .*login\/wx\/\?uuid=.*: net::ERR_CONNECTION_RESET/] });
  let lost;
  await page.route(pollUrl, async (route) => {
    if (lost) return route.continue();
    const reply = await route.fetch();
    lost = (await reply.json()).data.token;
    return lost ? route.abort('connectionreset') : route.fulfill({ response: reply });
  });
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
  assert.ok(lost, 'a token was lost');
  assert.equal(await tokenOf(page), lost, 'the token');
});

await end();
