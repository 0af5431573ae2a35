// The login page's other ways in: a button for each, the way to the provider and back, and a site without a QR code.
import assert from 'node:assert/strict';
import { arrive, end, it, restartWith, SITE } from './browser.mjs';
import { isReadable, LOOKS } from './looks.mjs';
import { arriveAtQrcode, COOKIE, cookieOf, isIn, isLoggedIn, tokenOf } from './login.mjs';

const SIZES = { wide: { width: 1280, height: 800 }, phone: { width: 320, height: 740 } };
// Somebody whose browser finds GitHub's pictures.
const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="teal"/></svg>';
const prepare = ({ context }) => context.route('https://avatars.github.example/**', (route) =>
  route.fulfill({ contentType: 'image/svg+xml', body: PICTURE }));
async function visitor(options) {
  const person = await arrive(options);
  await prepare(person);
  return person;
}
const door = ({ page }) => page.locator('#doors a');
const allow = ({ page }) => page.locator('#allow-ann').click();

await it('a button leads to GitHub, and back to the login page, which takes the token over', async () => {
  const person = await arriveAtQrcode({ prepare });
  assert.deepEqual(await door(person).allTextContents(), ['用 GitHub 登录']);
  await door(person).click();
  await allow(person);
  await isLoggedIn(person.page, '李小ann🐙');
  assert.match(await tokenOf(person.page), /^[\w-]+\.[\w-]+\.[\w-]+$/);
  await person.page.locator('#picture').waitFor();
  assert.equal(await person.page.locator('#doors').isVisible(), false);
  assert.equal(new URL(person.page.url()).hash, '');
});

await it('… or to where the person was going, path, query and fragment', async () => {
  const person = await visitor();
  await person.context.route(`${SITE}/members/**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<h1>Members</h1>' }));
  await person.page.goto(`${SITE}/login/?next=${encodeURIComponent('/members/?a=1&b=中#part')}`);
  await door(person).click();
  await allow(person);
  await person.page.waitForURL(`${SITE}/members/?a=1&b=%E4%B8%AD#part`);
});

await it('who refuses is told so, and can scan or try again', async () => {
  const person = await arriveAtQrcode({ prepare });
  await door(person).click();
  await person.page.locator('#refuse').click();
  await isIn(person.page, 'refused');
  await door(person).waitFor();
  await person.page.locator('#renew').click();
  await isIn(person.page, 'waiting');
});

for (const look of LOOKS) {
  await it(`it is readable, and fits a phone: ${look.locale}, ${look.colorScheme}`, async () => {
    const { page } = await arriveAtQrcode(look);
    await page.locator('#doors a').waitFor();
    await isReadable(page, look, { name: 'doors', texts: 'main :is(h1, p, a)', line: '#doors a', sizes: SIZES });
    const { height } = await page.locator('#doors a').boundingBox();
    assert.ok(height >= 44, `the button is ${height} px high`);
  });
}

await it('with TOKEN_COOKIE it goes there without the login page', async () => {
  await restartWith({ TOKEN_COOKIE: COOKIE });
  const person = await arriveAtQrcode({ prepare });
  await door(person).click();
  await allow(person);
  await isLoggedIn(person.page, '李小ann🐙');
  assert.match((await cookieOf(person)).value, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.equal(await tokenOf(person.page), null);
});

await it('a site without WeChat shows no QR code', async () => {
  await restartWith({ PROVIDERS: 'github' });
  const person = await visitor();
  await person.page.goto(SITE);
  await isIn(person.page, 'choosing');
  assert.equal(await person.page.locator('#scan').isVisible(), false);
  assert.equal(await person.page.title(), '登录');
  await door(person).click();
  await allow(person);
  await isLoggedIn(person.page, '李小ann🐙');
});

await end();
