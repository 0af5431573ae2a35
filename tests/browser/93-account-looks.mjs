// How the account page looks: language, width, colours. With SCREENSHOTS=DIR the pictures are kept there.
import assert from 'node:assert/strict';
import { ACCOUNT, AGENTS, arriveAtAccount, buttonOf, isAway, isReady, logInBefore, startOver } from './account.mjs';
import { makeIdentity } from './admin.mjs';
import { answerOnce, arrive, end, it } from './browser.mjs';
import { hold } from './login.mjs';
import { isReadable, LOOKS } from './looks.mjs';

const SIZES = { phone: { width: 320, height: 640 }, desktop: { width: 1280, height: 800 } };
const OWN_TEXTS = 'h1, h2, section > p, button, .here, .content > p, #status, dialog p';
const DOWN = { code: 'service-unavailable', msg: '服务暂不可用，请稍后再试' };
const [EDGE, SAFARI, FIREFOX, WEIXIN] = Object.values(AGENTS);
const UNKNOWN = 'MyOwnProgram/1.0 (which nobody knows, and which says more of itself than fits)';

let me;

await startOver({ DEVICES: '6', PROVIDERS: 'wx' }); // who has WeChat's own browser scans as well
await it('there is something to look at', async () => {
  for (const userAgent of [SAFARI, UNKNOWN, WEIXIN, FIREFOX]) await logInBefore('张三', { userAgent });
  me = await logInBefore('张三', { userAgent: EDGE });
  await makeIdentity(me.id, 'github', 'looks');
});

for (const look of LOOKS) {
  await it(`every state is readable, on a phone as well: ${look.locale}, ${look.colorScheme}`, async () => {
    const options = { ...look, userAgent: EDGE, viewport: SIZES.desktop, announced: [/: (401|409|503)$/] };
    const looksGood = (page, name, { line = 'h2' } = {}) =>
      isReadable(page, look, { name: `account-${name}`, texts: OWN_TEXTS, line, sizes: SIZES });

    const early = await arrive({ ...options, storageState: me.stored });
    const release = await hold(early.page, '**/user/current/');
    await early.page.goto(ACCOUNT);
    await early.page.locator('#starting').waitFor();
    await early.page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState === 'finished' ||
      document.body.dataset.busy === 'true'));
    await looksGood(early.page, 'starting', { line: '#starting' });
    for (const program of ['identities', 'sessions']) await answerOnce(early.page, `**/user/${program}/`, 503, DOWN);
    release();
    await isReady(early.page);
    await looksGood(early.page, 'unavailable', { line: '.content .bad' });

    const { page } = await arriveAtAccount(me, options);
    await looksGood(page, 'whole', { line: '.quiet' });
    await answerOnce(page, '**/user/identities/*/', 409, { code: 'last-identity', msg: '不能解绑最后一个登录方式' });
    await buttonOf(page, 'identities', 'github').click();
    await looksGood(page, 'unlink', { line: 'dialog p' });
    await page.locator('#confirm-unlink').click();
    await page.locator('#status.bad').waitFor();
    await isReady(page);
    await looksGood(page, 'last-identity', { line: '#status' });
    await page.locator('#delete').click();
    await looksGood(page, 'delete', { line: 'dialog label span' });
    await page.keyboard.press('Escape');
    for (const reason of ['replaced', 'revoked', 'disabled', 'expired', 'unknown']) {
      await answerOnce(page, '**/user/current/', 401, { code: 1001, msg: '无效的token', reason });
      const stored = await page.evaluate(() => ({ ...localStorage }));
      await page.evaluate(() => dispatchEvent(new Event('focus')));
      await isAway(page);
      await looksGood(page, reason, { line: '#away-text' });
      await page.evaluate((all) => Object.assign(localStorage, all), stored);
      await page.reload();
      await isReady(page);
    }
  });
}

await it('with the colours that the system forces, buttons and the device in use keep an outline', async () => {
  const { page } = await arriveAtAccount(me, { userAgent: EDGE, forcedColors: 'active', viewport: SIZES.desktop });
  for (const element of ['.here', '#logout', '#delete', '#devices li button', 'section']) {
    const width = await page.locator(element).first().evaluate((one) => parseFloat(getComputedStyle(one).borderTopWidth));
    assert.ok(width > 0, `the border of ${element}`);
  }
});

await it('nothing moves for whoever wants it so', async () => {
  const { page } = await arrive({ storageState: me.stored, reducedMotion: 'reduce' });
  const release = await hold(page, '**/user/current/');
  await page.goto(ACCOUNT);
  await page.locator('#starting').waitFor();
  assert.deepEqual(await page.evaluate(() => document.getAnimations().length), 0, 'animations');
  release();
  await isReady(page);
});

await end();
