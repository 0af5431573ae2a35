// With TOKEN_COOKIE the browser holds the token where no script sees it, and the pages keep nothing.
import assert from 'node:assert/strict';
import { answerOnce, arrive, end, it, restartWith, SITE } from './browser.mjs';
import { arriveAtQrcode, COOKIE, cookieOf, currentUrl, hold, isIn, isLoggedIn, scan, tokenOf } from './login.mjs';

const isTold = async (page, text) => assert.match(await page.locator('#state').textContent(), text);

// Whatever a page of theirs writes into localStorage; nothing with a token in it may ever be there.
async function watchStore({ context }) {
  const written = [];
  await context.exposeFunction('noteWritten', (value) => { written.push(value); });
  await context.addInitScript(() => {
    const { setItem } = Storage.prototype;
    Storage.prototype.setItem = function (key, value) {
      if (this === localStorage) window.noteWritten(value);
      return setItem.call(this, key, value);
    };
  });
  return written;
}
async function keepsNothing(person, written = []) {
  for (const page of person.context.pages()) {
    assert.equal(await page.evaluate(() => JSON.stringify(localStorage)), '{}', 'what is in localStorage');
    assert.equal(await page.evaluate(() => document.cookie), '', 'the cookies that a script sees');
  }
  assert.deepEqual(written.filter((value) => value !== ''), [], 'what was in localStorage');
}

// Asks `current` as the page does that finds out about the cookie.
const isQuestion = (request) => currentUrl(new URL(request.url())) && !('idtoken' in request.headers());
// Keeps that question there from now on, until release().
async function holdQuestion(page) {
  const asked = page.waitForRequest(isQuestion);
  return { asked, release: await hold(page, currentUrl) };
}

async function logIn(person, who = '张三') {
  await scan(person.page, who);
  await isLoggedIn(person.page, who);
  return (await cookieOf(person)).value;
}

await it('who scans has an HttpOnly cookie, and nothing is kept by the page; a reload finds them logged in', async () => {
  await restartWith({ TOKEN_COOKIE: COOKIE });
  const person = await arrive();
  const written = await watchStore(person);
  await person.page.goto(SITE);
  await isIn(person.page, 'waiting');
  await logIn(person);
  const { httpOnly, sameSite, path, secure } = await cookieOf(person);
  assert.deepEqual({ httpOnly, sameSite, path, secure }, { httpOnly: true, sameSite: 'Lax', path: '/', secure: false });
  await keepsNothing(person, written);
  await person.page.reload();
  await isLoggedIn(person.page, '张三');
  await keepsNothing(person, written);
});

await it('a page of the site is given the token, and its requests have the cookie', async () => {
  const person = await arrive();
  const { page } = person;
  await page.goto(`${SITE}/scanlogin.js`); // a document of the site's that has no login of its own
  await page.evaluate(async () => {
    const { startLogin } = await import('/scanlogin.js');
    document.body.innerHTML = '<div id="qrcode"></div>';
    window.given = new Promise((resolve) => { startLogin({ container: 'qrcode', onToken: resolve }); });
  });
  await scan(page, '张三');
  assert.equal(await page.evaluate(() => window.given), (await cookieOf(person)).value, 'the token');
  const logout = page.waitForRequest('**/user/logout/');
  const found = await page.evaluate(async () => {
    const { currentUser, fetchWithToken, logout, token } = await import('/scanlogin.js');
    const { data } = await (await fetchWithToken('/api/user/current/')).json();
    const before = await currentUser();
    await logout();
    return { data, before, token: token(), after: await currentUser() };
  });
  assert.equal(found.data.nickname, '张三');
  assert.deepEqual(found.before, { user: found.data, reason: null });
  assert.deepEqual([found.token, found.after], [null, { user: null, reason: 'missing' }]);
  // Else, by the page's own policy, there would be no referrer, and in Firefox no Origin, without which the cookie is refused.
  const { origin, referer } = await (await logout).allHeaders();
  assert.deepEqual({ origin, referer }, { origin: SITE, referer: `${SITE}/` });
  await keepsNothing(person);
});

await it('a login in one tab shows in the other, and so does the logout', async () => {
  const one = await arriveAtQrcode();
  const two = await one.context.newPage();
  await two.goto(SITE);
  await isIn(two, 'waiting');
  await logIn(one);
  await isLoggedIn(two, '张三');
  await two.locator('#logout').click();
  await isIn(two, 'logged-out');
  await isIn(one.page, 'logged-out');
  assert.equal(await cookieOf(one), undefined, 'the cookie');
  await keepsNothing(one);
  await one.page.reload();
  await isIn(one.page, 'waiting');
});

await it('of two tabs in which two people scan, both show whose cookie it is', async () => {
  const one = await arriveAtQrcode();
  const two = await one.context.newPage();
  await two.goto(SITE);
  await isIn(two, 'waiting');
  const { asked, release } = await holdQuestion(one.page);
  await scan(one.page, '张三');
  await asked;
  await scan(two, '李四');
  await isLoggedIn(two, '李四');
  release();
  await isLoggedIn(one.page, '李四');
  await keepsNothing(one);
});

for (const [what, answer] of [
  ['says 503', (route) => route.fulfill({ status: 503, json: { code: 'service-unavailable', msg: '服务暂不可用' } })],
  ['says 429', (route) => route.fulfill({ status: 429, json: { code: 429, msg: '请求过于频繁' } })],
  ['is not there', (route) => route.abort('connectionrefused')],
]) {
  await it(`while the service ${what}, it is not known who keeps the token: the page asks again`, async () => {
    const person = await arrive({ announced: [/user\/current\/: (503|429|net::ERR_CONNECTION_REFUSED)/] });
    const written = await watchStore(person);
    const { page } = person;
    await page.goto(SITE);
    await isIn(page, 'waiting');
    let times = 0;
    await page.route(currentUrl, (route) => {
      times += 1;
      return times > 2 ? route.continue() : answer(route);
    });
    await scan(page, '张三');
    await isIn(page, 'unavailable');
    await isLoggedIn(page, '张三');
    await keepsNothing(person, written);
  });
}

await it('a slow answer is waited for', async () => {
  const person = await arrive();
  const written = await watchStore(person);
  const { page } = person;
  await page.goto(SITE);
  await isIn(page, 'waiting');
  const { asked, release } = await holdQuestion(page);
  await scan(page, '张三');
  await asked;
  await isIn(page, 'confirmed');
  await keepsNothing(person, written);
  release();
  await isLoggedIn(page, '张三');
  await keepsNothing(person, written);
});

await it('a login that another one replaces at once is told so, and is no reason to store its token', async () => {
  const person = await arrive();
  const written = await watchStore(person);
  const { page } = person;
  await page.goto(SITE);
  await isIn(page, 'waiting');
  const { asked, release } = await holdQuestion(page);
  await scan(page, '张三');
  await asked;
  await logIn(await arriveAtQrcode());
  release();
  await isIn(page, 'logged-out');
  await isTold(page, /另一台设备/);
  await keepsNothing(person, written);
});

await it('a browser that takes no cookies keeps the token in localStorage', async () => {
  const person = await arriveAtQrcode();
  const { page, context } = person;
  const { asked, release } = await holdQuestion(page);
  await scan(page, '张三');
  await asked;
  await context.clearCookies({ name: COOKIE });
  release();
  await isLoggedIn(page, '张三');
  assert.match(await tokenOf(page), /^[\w-]+\.[\w-]+\.[\w-]+$/);
  await page.reload();
  await isLoggedIn(page, '张三');
  await page.locator('#logout').click();
  await isIn(page, 'logged-out');
  assert.equal(await tokenOf(page), null, 'the token');
});

// As the page had stored it before the site had a cookie.
async function arriveWithOldToken(token, options) {
  const person = await arrive(options);
  await person.context.addInitScript((value) => {
    if (!sessionStorage.getItem('was here')) localStorage.setItem('scanlogin.token', value);
    sessionStorage.setItem('was here', '1');
  }, token);
  await person.page.goto(SITE);
  return person;
}

await it('a token from before goes on, and is dropped once somebody logs in anew', async () => {
  const person = await arriveWithOldToken(await logIn(await arriveAtQrcode()));
  const { page } = person;
  await isLoggedIn(page, '张三');
  await page.reload();
  await isLoggedIn(page, '张三');
  assert.notEqual(await tokenOf(page), null, 'the token');
  await page.route('**/members/', (route) => route.fulfill({ status: 302, headers: { location: `${SITE}/?next=/members/` } }));
  await page.goto(`${SITE}/?next=/members/`).catch(() => {}); // it is left before it has loaded
  await page.locator('#renew').click(); // the page that does not see it
  await isIn(page, 'waiting');
  await page.unroute('**/members/');
  await page.route('**/members/', (route) => route.fulfill({ contentType: 'text/html', body: 'Members' }));
  await scan(page, '张三');
  await page.waitForURL(`${SITE}/members/`);
  await keepsNothing(person);
  assert.equal((await (await person.context.request.get(`${SITE}/api/user/current/`)).json()).data.nickname, '张三');
});

await it('a token from before that is dead is dropped, and the cookie counts', async () => {
  const logged = await arriveAtQrcode();
  const value = await logIn(logged);
  const person = await arrive({ announced: [/user\/current\/: 401/] });
  await person.context.addCookies([{ name: COOKIE, value, url: SITE, httpOnly: true }]);
  await person.context.addInitScript(() => localStorage.setItem('scanlogin.token', 'dead'));
  await person.page.goto(SITE);
  await isLoggedIn(person.page, '张三');
  await keepsNothing(person);
});

await it('where the page may store nothing at all, the cookie is enough', async () => {
  const { context, page } = await arrive();
  await context.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });
  });
  await page.goto(SITE);
  await isIn(page, 'waiting');
  await logIn({ context, page });
  await page.reload();
  await isLoggedIn(page, '张三');
  await page.locator('#logout').click();
  await isIn(page, 'logged-out');
  await page.reload();
  await isIn(page, 'waiting');
});

await it('a logout that fails leaves the person logged in, and is told', async () => {
  const person = await arriveAtQrcode({ announced: [/user\/logout\/: 503/] });
  const { page } = person;
  await logIn(person);
  await answerOnce(page, '**/user/logout/', 503, { code: 'service-unavailable' });
  await page.locator('#logout').click();
  await page.locator('#state', { hasText: '暂时无法退出' }).waitFor();
  await page.reload();
  await isLoggedIn(page, '张三');
  await page.locator('#logout').click();
  await isIn(page, 'logged-out');
});

await it("another site's page can neither log anybody out nor read who is logged in", async () => {
  const person = await arriveAtQrcode({ announced: [/ .*\/user\//, /CORS/] });
  await logIn(person);
  const other = await person.context.newPage();
  await other.goto(SITE.replace('127.0.0.1', 'localhost'));
  const told = await other.evaluate(async (site) => {
    const send = (path, method) => fetch(site + path, { method, credentials: 'include', mode: 'no-cors' }).then(() => 'sent', String);
    await send('/api/user/logout/', 'POST');
    return fetch(`${site}/api/user/current/`, { credentials: 'include' }).then((reply) => reply.text(), () => 'not readable');
  }, SITE);
  assert.equal(told, 'not readable');
  await person.page.reload();
  await isLoggedIn(person.page, '张三');
});

await end();
