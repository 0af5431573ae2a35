// How each state looks: language, width, colours. With SCREENSHOTS=DIR the pictures are kept there.
import { arrive, end, it, SITE } from './browser.mjs';
import { beginUrl, CODE_LIFE_MS, hold, holdNone, hurryTo, isIn, isLoggedIn, pollUrl, scan, scanWith, weixin } from './login.mjs';
import { isReadable, LOOKS } from './looks.mjs';

const PAGE = {
  texts: 'h1, #how, #state, button, a',
  line: '#state',
  sizes: { phone: { width: 320, height: 640 }, desktop: { width: 1024, height: 768 } },
};

async function looksGood(page, look, state) {
  await isIn(page, state);
  await isReadable(page, look, { name: state, ...PAGE });
}

// What the test does to the page.
const FAULTS = [/login\/wx\/.*: (502|net::ERR_CONNECTION_REFUSED)/, /user\/current\/: 401/];
const renew = (page) => page.locator('#renew').click();

for (const look of LOOKS) {
  await it(`every state is readable, on a phone as well: ${look.locale}, ${look.colorScheme}`, async () => {
    const { context, page } = await arrive({ ...look, announced: FAULTS });
    await holdNone({ context });
    await page.clock.install();

    const begin = await hold(page, beginUrl);
    await page.goto(SITE);
    await looksGood(page, look, 'starting');
    begin();
    await looksGood(page, look, 'waiting');

    await page.route(pollUrl, (route) => route.abort('connectionrefused'));
    await looksGood(page, look, 'unavailable');
    await page.unroute(pollUrl);
    await hurryTo(page, 'waiting');

    await weixin(page).locator('#refuse').click();
    await looksGood(page, look, 'refused');
    await renew(page);
    await isIn(page, 'waiting');

    await page.clock.fastForward(CODE_LIFE_MS);
    await looksGood(page, look, 'expired');
    await renew(page);
    await isIn(page, 'waiting');

    await scanWith(page, 'errcode=40029');
    await looksGood(page, look, 'failed');
    await renew(page);
    await isIn(page, 'waiting');

    const release = await hold(page, pollUrl);
    await scanWith(page, 'status=500.times=3');
    await looksGood(page, look, 'confirmed');
    release();
    await looksGood(page, look, 'weixin-unavailable');
    await hurryTo(page, 'logged-in');
    await isLoggedIn(page, '张三');
    await looksGood(page, look, 'logged-in');

    await page.route('**/members/', (route) => route.fulfill({ status: 302, headers: { location: `${SITE}/?next=%2Fmembers%2F` } }));
    await page.goto(`${SITE}/?next=%2Fmembers%2F`).catch(() => {}); // it is left before it has loaded
    await page.locator('#next').waitFor();
    await page.locator('#renew').waitFor();
    await isReadable(page, look, { name: 'unseen', ...PAGE });

    await page.evaluate(() => localStorage.setItem('scanlogin.token', 'dead'));
    await page.reload();
    await looksGood(page, look, 'logged-out');
  });
}

await end();
