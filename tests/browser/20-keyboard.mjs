import assert from 'node:assert/strict';
import { end, it } from './browser.mjs';
import { arriveAtQrcode, isIn, isLoggedIn, weixin } from './login.mjs';

const TABS = 40; // more than there is on the page and in WeChat's frame

// Presses Tab until the element has the focus, which must be seen.
async function tabTo(page, element, name) {
  for (let presses = 0; presses < TABS; presses += 1) {
    await page.keyboard.press('Tab');
    if (!await element.evaluate((node) => node === document.activeElement)) continue;
    const outline = await element.evaluate((node) => getComputedStyle(node).outlineStyle);
    assert.notEqual(outline, 'none', `the outline of ${name}, which has the focus`);
    return;
  }
  assert.fail(`${TABS} times Tab do not lead to ${name}`);
}

const focused = (page) => page.evaluate(() => document.activeElement.tagName);

await it('somebody logs in, out and in again with Tab and Enter, and the focus is not lost', async () => {
  const { page } = await arriveAtQrcode();
  await tabTo(page, weixin(page).getByRole('link', { name: '张三' }), '张三');
  await page.keyboard.press('Enter');
  await isLoggedIn(page, '张三');
  await tabTo(page, page.locator('#logout'), 'logout');
  await page.keyboard.press('Enter');
  await isIn(page, 'logged-out');
  assert.notEqual(await focused(page), 'BODY', 'what has the focus after the logout');
  await tabTo(page, page.locator('#renew'), 'renew');
  await page.keyboard.press('Enter');
  await isIn(page, 'waiting');
  assert.notEqual(await focused(page), 'BODY', 'what has the focus after the renewal');
});

await it('after a refusal a new QR code is asked for with Tab and Enter', async () => {
  const { page } = await arriveAtQrcode();
  await tabTo(page, weixin(page).locator('#refuse'), 'refuse');
  await page.keyboard.press('Enter');
  await isIn(page, 'refused');
  await tabTo(page, page.locator('#renew'), 'renew');
  await page.keyboard.press('Enter');
  await isIn(page, 'waiting');
  assert.notEqual(await focused(page), 'BODY', 'what has the focus after the renewal');
});

await end();
