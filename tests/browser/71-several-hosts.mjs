// A site with several hosts: a login stays on the one where it began, though WeChat sends its frame to the first.
import assert from 'node:assert/strict';
import { end, it } from './browser.mjs';
import { arriveAtQrcode, isIn, isLoggedIn, scan, tokenOf, weixin } from './login.mjs';

const [FIRST, SECOND, THIRD] = process.env.SITE.split(' ');

// Where the frame goes after the scan, without arguments.
function followed(page) {
  const urls = [];
  page.on('request', (request) => {
    const { origin, pathname } = new URL(request.url());
    if (pathname.endsWith('/callback/')) urls.push(origin);
  });
  return urls;
}

for (const [site, way] of [[FIRST, [FIRST]], [SECOND, [FIRST, SECOND]], [THIRD, [FIRST, THIRD, THIRD]]]) {
  await it(`at ${site.split(':').slice(0, 2).join(':')} the login succeeds, and the page sees what came of the scan`, async () => {
    const { page, context } = await arriveAtQrcode({ site, ignoreHTTPSErrors: true });
    const urls = followed(page);
    await scan(page, '张三');
    await isLoggedIn(page, '张三');
    // On plain http the frame comes without the cookie at first, and is led back once.
    assert.deepEqual(urls, way, 'the callbacks that the frame was led to');
    assert.ok(await tokenOf(page), 'the token is kept where the login began');
    const cookies = (await context.cookies()).filter(({ name }) => name === 'scanlogin');
    assert.deepEqual(cookies.map(({ domain }) => domain), [new URL(site).hostname], 'the hosts with a cookie');
  });
}

await it('a refusal reaches the page as well', async () => {
  const { page } = await arriveAtQrcode({ site: SECOND, ignoreHTTPSErrors: true });
  await weixin(page).locator('#refuse').click();
  await isIn(page, 'refused');
});

await it('whoever is logged in on one host is not on another', async () => {
  const { page } = await arriveAtQrcode({ site: SECOND, ignoreHTTPSErrors: true });
  await scan(page, '李四');
  await isLoggedIn(page, '李四');
  await page.goto(FIRST);
  await isIn(page, 'waiting');
});

await end();
