// The login page in WeChat's own browser, where it asks for no click, and what a phone outside of it is told.
import assert from 'node:assert/strict';
import { arrive, end, it, restartWith, SITE, WEIXIN } from './browser.mjs';
import { isReadable, LOOKS } from './looks.mjs';
import { COOKIE, cookieOf, isIn, isLoggedIn, tokenOf } from './login.mjs';

const PHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148';
const IN_WEIXIN = { userAgent: `${PHONE} MicroMessenger/8.0.50(0x18003231) NetType/WIFI Language/zh_CN` };
const CONSENT = /\/connect\/oauth2\/authorize\?.*scope=snsapi_userinfo/;

// Whose phone it is: the sandbox's directives.
async function arriveWithPhone(of) {
  const person = await arrive(IN_WEIXIN);
  await person.context.addCookies([{ name: 'phone', value: of, url: WEIXIN }]);
  return person;
}
// Somebody whom the site does not know yet, asked by WeChat.
async function arriveAtConsent({ of = 'person=stranger', url = SITE } = {}) {
  const person = await arriveWithPhone(of);
  await person.page.goto(url);
  await person.page.waitForURL(CONSENT);
  return person;
}
const choose = ({ page }, id) => page.locator(`#${id}`).click();

await it('a stranger is asked by WeChat without a click, and is logged in', async () => {
  const person = await arriveAtConsent();
  assert.equal(await person.page.locator('.on-desktop').filter({ visible: true }).count(), 0);
  await choose(person, 'zhangsan');
  await isLoggedIn(person.page, '张三');
  assert.match(await tokenOf(person.page), /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.equal(new URL(person.page.url()).hash, '');
});

await it('who is known is asked nothing', async () => {
  const person = await arrive(IN_WEIXIN);
  await person.page.goto(SITE);
  await isLoggedIn(person.page, '张三');
});

await it('it goes to where the person was going, path, query and fragment', async () => {
  const person = await arrive(IN_WEIXIN);
  await person.context.route(`${SITE}/members/**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<h1>Members</h1>' }));
  await person.page.goto(`${SITE}/login/?next=${encodeURIComponent('/members/?a=1&b=中#part')}`);
  await person.page.waitForURL(`${SITE}/members/?a=1&b=%E4%B8%AD#part`);
});

await it('who refuses is told so, is not asked again by itself, and can try again', async () => {
  const person = await arriveAtConsent({ url: `${SITE}/login/?next=/members/` });
  await choose(person, 'refuse');
  await isIn(person.page, 'refused');
  const door = person.page.locator('#doors a');
  await door.waitFor();
  assert.deepEqual(await door.allTextContents(), ['用 微信 登录']);
  await door.click();
  await person.page.waitForURL(/\/connect\//);
});

await it('a visitor whom WeChat made up is told the way out', async () => {
  const person = await arriveWithPhone('person=stranger.snapshot');
  await person.page.goto(SITE);
  await isIn(person.page, 'failed');
  assert.match(await person.page.locator('#state').textContent(), /微信未提供真实身份/);
});

await it('a callback that comes twice logs in once', async () => {
  const person = await arriveAtConsent();
  await choose(person, 'twice');
  await isLoggedIn(person.page, '张三');
});

for (const look of LOOKS) {
  await it(`a phone outside of WeChat is told where WeChat works: ${look.locale}, ${look.colorScheme}`, async () => {
    const { page } = await arrive({ ...look, userAgent: PHONE, isMobile: true });
    await page.goto(SITE);
    await isIn(page, 'choosing');
    assert.equal(await page.locator('#scan').isVisible(), false);
    assert.match(await page.locator('#state').textContent(), /在微信里打开|open this page in WeChat/);
    await isReadable(page, look, { name: 'in-weixin', texts: 'main :is(h1, p, a)', line: '#state',
      sizes: { wide: { width: 1280, height: 800 }, phone: { width: 320, height: 740 } } });
  });
}

await it('with TOKEN_COOKIE it goes there without the login page', async () => {
  await restartWith({ TOKEN_COOKIE: COOKIE });
  const person = await arrive(IN_WEIXIN);
  await person.page.goto(SITE);
  await isLoggedIn(person.page, '张三');
  assert.match((await cookieOf(person)).value, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.equal(await tokenOf(person.page), null);
});

await it('a page that does not see the login, and sends the person right back, makes no circle of it', async () => {
  const person = await arrive(IN_WEIXIN);
  await person.page.goto(`${SITE}/members/`);
  await person.page.waitForURL(`${SITE}/members/*`);
  await person.context.clearCookies({ name: COOKIE });
  await person.page.goto(`${SITE}/members/`);
  await isIn(person.page, 'choosing');
  assert.deepEqual(await person.page.locator('#doors a').allTextContents(), ['用 微信 登录']);
});

await end();
