import assert from 'node:assert/strict';
import { arrive, end, it } from './browser.mjs';

await it('somebody logs in', async () => {
  const { page } = await arrive().then((person) => person.open());
  await page.frameLocator('#qrcode').locator('a.person', { hasText: '张三' }).click();
  await page.locator('#logout').waitFor();
  assert.equal(await page.locator('#nickname').textContent(), '张三');
});
await end();
