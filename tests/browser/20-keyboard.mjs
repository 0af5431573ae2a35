// Everything on the demo's page is within reach of the keyboard.
import assert from 'node:assert/strict';
import { end, focused, it, tabTo } from './browser.mjs';
import { arriveAtQrcode, isIn, isLoggedIn, weixin } from './login.mjs';

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
