// A front end on another origin than the API, as docs/login-page.md has it: its pages are served here.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { arrive, end, it, restartWith, SITE, WEIXIN } from './browser.mjs';
import { scan } from './login.mjs';

// The guide's page, for this demo instead of example.com and WeChat.
const guide = readFileSync(new URL('../../docs/login-page.md', import.meta.url), 'utf8');
const [, indented] = guide.match(/\nA whole page:\n\n((?: {4}.*\n|\n)+)/);
const example = indented.replace(/^ {4}/gm, '')
  .replace('https://example.com', SITE).replace('https://res.wx.qq.com', WEIXIN);

const server = createServer((request, response) => {
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(request.url === '/' ? example : '<!DOCTYPE html><link rel="icon" href="data:,">');
});
await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
const { port } = server.address();
const SAME_SITE = `http://127.0.0.1:${port}`; // the demo is at 127.0.0.1 as well
const OTHER_SITE = `http://localhost:${port}`;
const UNLISTED = `http://unlisted.localhost:${port}`;
await restartWith({ CORS_ORIGINS: `${SAME_SITE} ${OTHER_SITE}`, TOKEN_COOKIE: 'session', FRAME_ANCESTORS: `'self' ${SAME_SITE}` });

const announced = [/blocked by CORS policy/, /net::ERR_FAILED/, /40[13]$/, /favicon/];
async function arriveAt(origin) {
  const { page } = await arrive({ announced });
  await page.goto(`${origin}/empty`);
  return page;
}
// What a script of the page gets: the status, and why a token is refused; or the error, where it may read nothing.
const ask = (page, path, init) => page.evaluate(async ([url, options]) => {
  try {
    const reply = await fetch(url, options);
    const { reason } = await reply.json();
    return [reply.status, ...(reason ? [reason] : [])].join(' ');
  } catch (error) {
    return error.name;
  }
}, [`${SITE}/api/user/${path}`, init]);

await it("the guide's page on another port logs a person in, whose session is in the cookie", async () => {
  const { page, context } = await arrive({ announced });
  await page.goto(SAME_SITE);
  await scan(page, '张三');
  await page.locator('#who', { hasText: '张三' }).waitFor();
  const cookies = await context.cookies();
  assert.deepEqual(cookies.map(({ name }) => name).sort(), ['scanlogin', 'session'], 'the cookies');
  await page.reload();
  await page.locator('#who', { hasText: '张三' }).waitFor();
  assert.equal(await ask(page, 'logout/', { method: 'POST', credentials: 'include' }), '200', 'the logout');
  assert.equal(await ask(page, 'current/', { credentials: 'include' }), '401 missing', 'the cookie is gone');
});

await it('a token in a header is answered to a page of a listed origin, on another site as well', async () => {
  const signed = await arrive({ announced });
  await signed.page.goto(SAME_SITE);
  const [reply] = await Promise.all([
    signed.page.waitForResponse(async (response) => /uuid=/.test(response.url()) && /"token"/.test(await response.text())),
    scan(signed.page, '李四'),
  ]);
  const { token } = (await reply.json()).data;
  for (const origin of [SAME_SITE, OTHER_SITE]) {
    const page = await arriveAt(origin);
    for (const headers of [{ IDTOKEN: token }, { Authorization: `Bearer ${token}` }]) {
      assert.equal(await ask(page, 'current/', { headers }), '200', origin);
    }
    assert.equal(await ask(page, 'current/', { headers: { IDTOKEN: 'x' } }), '401 malformed');
    assert.equal(await ask(page, 'admin/users/1/', { method: 'PATCH', body: '{}',
      headers: { IDTOKEN: token, 'Content-Type': 'application/json', 'If-Match': '*' } }), '403');
  }
  const page = await arriveAt(UNLISTED);
  assert.equal(await ask(page, 'current/', { headers: { IDTOKEN: token } }), 'TypeError', 'a page of another origin');
  assert.equal(await ask(page, 'current/'), 'TypeError', 'without a preflight');
});

await it("the browser sends the cookie from the same site, and never from another one", async () => {
  const { page, context } = await arrive({ announced });
  await page.goto(SAME_SITE);
  await scan(page, '张三');
  await page.locator('#who', { hasText: '张三' }).waitFor();
  const elsewhere = await context.newPage();
  await elsewhere.goto(`${OTHER_SITE}/empty`);
  assert.equal(await ask(elsewhere, 'current/', { credentials: 'include' }), '401 missing', 'from another site');
  await elsewhere.goto(`${UNLISTED}/empty`);
  assert.equal(await ask(elsewhere, 'logout/', { method: 'POST', credentials: 'include' }), 'TypeError');
  assert.equal(await ask(page, 'current/', { credentials: 'include' }), '200', 'still logged in');
});

server.close();
await end();
