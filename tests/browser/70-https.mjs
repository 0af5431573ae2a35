import assert from 'node:assert/strict';
import { end, it } from './browser.mjs';
import { arriveAtQrcode, isLoggedIn, scan } from './login.mjs';

await it("the frame that WeChat redirects has the login's cookie, and the login succeeds", async () => {
  const { context, page } = await arriveAtQrcode({ ignoreHTTPSErrors: true });
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
  const { sameSite, secure, httpOnly } = (await context.cookies()).find(({ name }) => name === 'scanlogin');
  assert.deepEqual({ sameSite, secure, httpOnly }, { sameSite: 'None', secure: true, httpOnly: true });
});

await end();
