// Where the login page leads to: ?next=, a path of this site and nothing else, and never in a circle.
import assert from 'node:assert/strict';
import { arrive, end, focused, it, SITE, tabTo } from './browser.mjs';
import { arriveAtQrcode, isIn, isLoggedIn, scan } from './login.mjs';

const MEMBERS = `${SITE}/members/`;
const loginPage = (next, path = '/') => `${SITE}${path}?next=${encodeURIComponent(next)}`;
const nextLink = (page) => page.locator('#next');
const isWithoutNext = async (page) => {
  await isIn(page, 'logged-in');
  assert.equal(await nextLink(page).isVisible(), false, '#next is shown');
};

const isOwn = ({ pathname }) => /^\/(api|login)\/|^\/([\w-]+\.(css|js))?$/.test(pathname);
// Whatever else is asked for is a page of the site; `asked` are their URLs, in turn.
async function withSite({ context }, answer = { contentType: 'text/html', body: '<h1>A page of the site</h1>' }) {
  const asked = [];
  await context.route((url) => url.origin === SITE && !isOwn(url) || url.hostname.endsWith('.example'), (route) => {
    const url = route.request().url();
    asked.push(url);
    return route.fulfill(typeof answer === 'function' ? answer(new URL(url), asked.length) : answer);
  });
  return asked;
}
const backToLogin = ({ pathname, search }) => ({ status: 302, headers: { location: loginPage(pathname + search) } });

let stored; // of somebody who is logged in
const arriveLoggedIn = (options) => arrive({ storageState: stored, ...options });

for (const path of ['/', '/login/']) {
  await it(`who scans at ${path} goes on to the page they came from, and back to where they were before`, async () => {
    const person = await arrive();
    const { page, context } = person;
    const asked = await withSite(person);
    await page.goto(`${SITE}/before/`);
    await page.goto(loginPage('/members/?a=1&b=%2F#c', path));
    await isIn(page, 'waiting');
    await scan(page, '张三');
    await page.waitForURL(`${MEMBERS}?a=1&b=%2F#c`);
    assert.deepEqual(asked, [`${SITE}/before/`, `${MEMBERS}?a=1&b=%2F`]);
    await page.goBack(); // to where WeChat's frame was before the scan
    await isLoggedIn(page, '张三');
    assert.equal(await page.locator('#state').textContent(), '已登录');
    await page.goBack();
    await page.waitForURL(`${SITE}/before/`);
    stored = await context.storageState();
  });
}

const GOOD = ['/members/', '/members/?a=1&b=%26%23', '/members/会员?问=答', '/%5cevil.example', '/%2F/evil.example', '/.//evil.example',
  '/members\\evil.example', '/@evil.example', '/:80/', '/members/%0d%0aSet-Cookie:x', '/<img src=x onerror=alert(1)>',
  `/members/?${'a'.repeat(6000)}`];

await it('who is logged in already goes there at once, and never to another site', async () => {
  for (const next of GOOD) {
    const person = await arriveLoggedIn();
    const { page, context } = person;
    const asked = await withSite(person);
    await page.goto(`${SITE}/before/`);
    await page.goto(loginPage(next)).catch(() => {}); // it may be left before it has loaded
    const { href, origin } = new URL(next, SITE);
    assert.equal(origin, SITE);
    await page.waitForURL(href);
    assert.deepEqual(asked, [`${SITE}/before/`, href.split('#')[0]], next);
    await page.goBack();
    await page.waitForURL(`${SITE}/before/`);
    await context.close();
  }
});

const EVIL = ['//evil.example', '///evil.example', '//evil.example/members/', '//user@evil.example', '/\\evil.example',
  '\\\\evil.example', '/\t/evil.example', '/\n/evil.example', '\t//evil.example', '/\r\n\\evil.example', ' //evil.example',
  '/members/\u0000', '/members/\u007f', '/members/\u0085', 'https://evil.example/', 'https:evil.example', 'https:/evil.example',
  'javascript:alert(1)', 'data:text/html,x', 'evil.example', 'members/', './members/', '?a', '#a', '', MEMBERS];

await it('what is no path of this site is no way on, whoever made the link', async () => {
  const person = await arriveLoggedIn();
  const asked = await withSite(person);
  for (const next of EVIL) {
    await person.page.goto(loginPage(next));
    await isWithoutNext(person.page);
  }
  await person.page.goto(`${SITE}/?next=&next=//evil.example`);
  await isWithoutNext(person.page);
  await person.page.waitForLoadState();
  assert.deepEqual(asked, []);
});

await it('nor is it after a login', async () => {
  const person = await arrive();
  const asked = await withSite(person);
  await person.page.goto(loginPage('//evil.example'));
  await scan(person.page, '李四');
  await isLoggedIn(person.page, '李四');
  assert.equal(await nextLink(person.page).isVisible(), false, '#next is shown');
  assert.deepEqual(asked, []);
});

for (const [what, answer] of [
  ['the same page', backToLogin],
  ['another page each time', (url, times) => backToLogin({ pathname: '/members/', search: `?${times}` })],
]) {
  await it(`a page that does not see the login sends here, for ${what}: there is a link, and no circle`, async () => {
    const person = await arriveLoggedIn();
    const { page } = person;
    const asked = await withSite(person, answer);
    await page.goto(loginPage('/members/')).catch(() => {});
    await nextLink(page).waitFor();
    await page.waitForLoadState();
    await page.locator('#renew').waitFor();
    assert.match(await page.locator('#state').textContent(), /没有认出来/);
    assert.match(await nextLink(page).getAttribute('href'), new RegExp(`^${MEMBERS}`));
    assert.equal(asked.length, 1, 'times that it was asked for');
    await tabTo(page, nextLink(page), 'the link');
    await page.keyboard.press('Enter');
    await page.waitForURL(() => asked.length === 2);
    await nextLink(page).waitFor();

    await tabTo(page, page.locator('#renew'), 'renew');
    await page.keyboard.press('Enter');
    await isIn(page, 'waiting');
    assert.notEqual(await focused(page), 'BODY', 'what has the focus after it');
    await scan(page, '张三');
    await page.waitForURL(() => asked.length === 3);
    await nextLink(page).waitFor();
    await isLoggedIn(page, '张三');
    assert.equal(asked.length, 3, 'times that it was asked for');
    stored = await person.context.storageState();
  });
}

await it('a tab that waits at a QR code goes on when another tab logs in', async () => {
  const one = await arriveAtQrcode();
  await withSite(one);
  const other = await one.context.newPage();
  await other.goto(loginPage('/members/'));
  await isIn(other, 'waiting');
  await scan(one.page, '李四');
  await isLoggedIn(one.page, '李四');
  await other.waitForURL(MEMBERS);
});

await it('where the browser keeps nothing, there is a link alone', async () => {
  const person = await arriveLoggedIn();
  const asked = await withSite(person);
  await person.context.addInitScript(() => {
    Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError'); } });
  });
  await person.page.goto(loginPage('/members/'));
  await nextLink(person.page).waitFor();
  assert.deepEqual(asked, []);
  await nextLink(person.page).click();
  await person.page.waitForURL(MEMBERS);
});

await end();
