import assert from 'node:assert/strict';
import { arrive, end, it, SITE } from './browser.mjs';
import { beginUrl, CODE_LIFE_MS, hold, hurry, isIn, isLoggedIn, pollUrl, scan, scanWith, weixin } from './login.mjs';

const { SCREENSHOTS } = process.env;
const WIDTHS = { phone: { width: 320, height: 640 }, desktop: { width: 1024, height: 768 } };
const HAN = /\p{Script=Han}/u;

const LANGUAGES = {
  'zh-CN': { lang: /^zh/, check: (text) => assert.match(text, HAN, 'Chinese') },
  'en-US': { lang: /^en/, check: (text) => assert.doesNotMatch(text, HAN, 'English alone') },
};

// WCAG's contrast between the text of #state and what is behind it.
function contrastOfState() {
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => channels(colour).slice(0, 3)
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const state = document.getElementById('state');
  let behind = state;
  while (behind && channels(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const ground = behind ? luminance(getComputedStyle(behind).backgroundColor) : 1;
  const ink = luminance(getComputedStyle(state).color);
  return { dark: ground < 0.2, contrast: (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05) };
}

async function looksGood(page, { locale, colorScheme }, state) {
  await isIn(page, state);
  const { lang, check } = LANGUAGES[locale];
  assert.match(await page.locator('html').getAttribute('lang'), lang, 'the language of the page');
  const texts = page.locator('h1, #how, #state, button').filter({ visible: true });
  for (const text of await texts.allInnerTexts()) check(text);
  const { dark, contrast } = await page.evaluate(contrastOfState);
  assert.equal(dark, colorScheme === 'dark', `${state} is dark`);
  assert.ok(contrast >= 4.5, `${state}: contrast ${contrast}`);
  for (const [device, size] of Object.entries(WIDTHS)) {
    await page.setViewportSize(size);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= size.width, `${state}: ${wide} px wide in a window of ${size.width}`);
    const path = `${SCREENSHOTS}/${state}-${locale.slice(0, 2)}-${device}-${colorScheme}.png`;
    if (SCREENSHOTS) await page.screenshot({ path });
  }
}

// What the test does to the page.
const FAULTS = [/login\/wx\/.*: (502|net::ERR_CONNECTION_REFUSED)/, /user\/current\/: 401/];
const renew = (page) => page.locator('#renew').click();

const LOOKS = Object.keys(LANGUAGES).flatMap((locale) =>
  ['light', 'dark'].map((colorScheme) => ({ locale, colorScheme })));

for (const look of LOOKS) {
  await it(`every state is readable, on a phone as well: ${look.locale}, ${look.colorScheme}`, async () => {
    const { page } = await arrive({ ...look, announced: FAULTS });
    await page.clock.install();

    const begin = await hold(page, beginUrl);
    await page.goto(SITE);
    await looksGood(page, look, 'starting');
    begin();
    await looksGood(page, look, 'waiting');

    await page.route(pollUrl, (route) => route.abort('connectionrefused'));
    await looksGood(page, look, 'unavailable');
    await page.unroute(pollUrl);
    await hurry(page, 1);
    await isIn(page, 'waiting');

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
    await hurry(page, 3);
    await isLoggedIn(page, '张三');
    await looksGood(page, look, 'logged-in');

    await page.evaluate(() => localStorage.setItem('scanlogin.token', 'dead'));
    await page.reload();
    await looksGood(page, look, 'logged-out');
  });
}

await end();
