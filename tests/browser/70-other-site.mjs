// WeChat on another site than the page, as it is outside of a demo: only then does the browser keep cookies from a frame
// that WeChat has redirected, unless they say SameSite=None and Secure, which takes HTTPS.
import assert from 'node:assert/strict';
import { end, it } from './browser.mjs';
import { arriveAtQrcode, isLoggedIn, scan } from './login.mjs';

const cookieOf = async ({ context }) => (await context.cookies()).find(({ name }) => name === 'scanlogin');

await it("on HTTPS the frame that WeChat redirects has the login's cookie, and the login succeeds", async () => {
  const person = await arriveAtQrcode({ ignoreHTTPSErrors: true });
  await scan(person.page, '张三');
  await isLoggedIn(person.page, '张三');
  const protocols = await person.page.evaluate(() => performance.getEntriesByType('resource')
    .filter(({ name }) => name.includes('/api/user/')).map(({ nextHopProtocol }) => nextHopProtocol));
  assert.deepEqual([...new Set(protocols)], ['h2'], 'the protocol of its requests');
  const { sameSite, secure, httpOnly } = await cookieOf(person);
  assert.deepEqual({ sameSite, secure, httpOnly }, { sameSite: 'None', secure: true, httpOnly: true });
});

await it('on plain HTTP it has none at first, and the login succeeds all the same', async () => {
  const person = await arriveAtQrcode({ site: `http://localhost:${process.env.PORT}` });
  await scan(person.page, '张三');
  await isLoggedIn(person.page, '张三');
  const { sameSite, secure, httpOnly } = await cookieOf(person);
  assert.deepEqual({ sameSite, secure, httpOnly }, { sameSite: 'Lax', secure: false, httpOnly: true });
});

await end();
