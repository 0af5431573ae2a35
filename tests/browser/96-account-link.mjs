// The account page links one more way to log in: at a provider's own page and by WeChat's QR code. In header mode and in
// cookie mode.
import assert from 'node:assert/strict';
import { ACCOUNT, MODES, arriveAtAccount, buttonOf, focusedText, isAway, isReady, lists, logInBefore, names, says }
  from './account.mjs';
import { comesTo, ids, makeIdentity } from './admin.mjs';
import { arrive, commandLine, end, it, once, SITE, sql, startAgain, stop, tabTo, WEIXIN } from './browser.mjs';
import { beginUrl, hold, isIn, scan, weixin } from './login.mjs';
import { isReadable, LOOKS } from './looks.mjs';

const PHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148';
const IN_WEIXIN = `${PHONE} MicroMessenger/8.0.50(0x18003231) NetType/WIFI Language/zh_CN`;
const SIZES = { phone: { width: 320, height: 640 }, desktop: { width: 1280, height: 800 } };
const DONE = '「GitHub」已绑定，以后可以用它登录';
const WX_DONE = '「微信」已绑定，以后可以用它登录';
const TAKEN = '没有绑定：这个「GitHub」账号已经绑定了本站的另一个用户';

const links = (page) => page.locator('#link button').allInnerTexts();
const linkButton = (page, name) => page.locator(`#link button[data-name="${name}"]`);
const allow = (page, who) => page.locator(`#allow-${who}`).click();
const dialogSays = (page, text) => comesTo('what the dialog says', text, async () =>
  (await page.locator('dialog [role=status]').innerText()).split('\n')[0]);
const ownersOf = (type) => ids(`user_oauth WHERE oauth_type = '${type}'`);
const forget = (type) => sql(`DELETE FROM user_oauth WHERE oauth_type = '${type}'`);
const typesOf = async (id) =>
  (await sql(`SELECT oauth_type FROM user_oauth WHERE user_id = ${id} ORDER BY id`)).split('\n');
const pathOf = (page) => page.url().slice(SITE.length);

async function control(path, values) {
  const reply = await fetch(`${process.env.STAND_IN}/control/github/${path}`, { method: 'POST', body: JSON.stringify(values) });
  assert.equal(reply.status, 200, `what control says to ${path}`);
}

// Somebody whose only way to log in is an account at GitHub that nobody else has.
let others = 0;
async function logInWithoutWeixin() {
  const me = await logInBefore('李四');
  await sql(`DELETE FROM user_oauth WHERE user_id = ${me.id}`);
  await makeIdentity(me.id, 'github', `other-${others += 1}`);
  return me;
}

for (const mode of MODES) {
  await mode.begin({});

  await it(`${mode.name}: GitHub is linked by a click, and told of once`, async () => {
    await forget('github');
    const me = await logInBefore('张三');
    const { page } = await arriveAtAccount(me);
    assert.deepEqual(await names(page, 'identities'), ['微信']);
    assert.deepEqual(await links(page), ['绑定 GitHub']);
    await linkButton(page, 'github').click();
    await allow(page, 'ann');
    await isReady(page);
    await says(page, DONE);
    assert.equal(await page.locator('#status.bad').count(), 0);
    await lists(page, 'identities', ['微信', 'GitHub']);
    assert.deepEqual(await links(page), []);
    assert.equal(pathOf(page), '/account/');
    assert.equal((await typesOf(me.id)).pop(), 'github');
    await page.reload();
    await isReady(page);
    await says(page, '');
    await buttonOf(page, 'identities', 'GitHub').click();
    await page.locator('#confirm-unlink').click();
    await says(page, '「GitHub」已解绑');
    assert.deepEqual(await links(page), ['绑定 GitHub']);
  });

  await it(`${mode.name}: one that is another user's is not, and the page says so`, async () => {
    await forget('github');
    const other = await arriveAtAccount(await logInBefore('张三'));
    await linkButton(other.page, 'github').click();
    await allow(other.page, 'ann');
    await says(other.page, DONE);
    const me = await logInBefore('李四');
    const { page } = await arriveAtAccount(me);
    const before = await ownersOf('github');
    await linkButton(page, 'github').click();
    await allow(page, 'ann');
    await isReady(page);
    await says(page, TAKEN);
    assert.equal(await page.locator('#status.bad').count(), 1);
    assert.equal(pathOf(page), '/account/');
    assert.deepEqual(await names(page, 'identities'), ['微信']);
    assert.deepEqual(await ownersOf('github'), before);
  });

  await it(`${mode.name}: who refuses is told that nothing is linked, and can try again`, async () => {
    await forget('github');
    const { page } = await arriveAtAccount(await logInBefore('张三'));
    await page.goto(`${ACCOUNT}?a=1&b=%E4%B8%AD#part`);
    await isReady(page);
    await linkButton(page, 'github').click();
    await page.locator('#refuse').click();
    await isReady(page);
    await says(page, '没有绑定「GitHub」：你取消了');
    assert.equal(pathOf(page), '/account/?a=1&b=%E4%B8%AD#part');
    await linkButton(page, 'github').click();
    await allow(page, 'ann');
    await isReady(page);
    await says(page, DONE);
  });

  await it(`${mode.name}: WeChat is linked by its QR code; all of it is one way`, async () => {
    await forget('weixin');
    await forget('wx_openid');
    const me = await logInWithoutWeixin();
    const { page } = await arriveAtAccount(me);
    assert.deepEqual(await links(page), ['绑定微信']);
    await linkButton(page, 'wx').click();
    await dialogSays(page, '等待扫码');
    await scan(page, '张三');
    await says(page, WX_DONE);
    assert.equal(await page.locator('dialog').count(), 0, 'dialogs');
    await lists(page, 'identities', ['GitHub', '微信']);
    assert.deepEqual(await links(page), []);
    assert.equal(await focusedText(page), '登录方式', 'what has the focus');
    assert.deepEqual(await typesOf(me.id), ['github', 'weixin', 'wx_openid']);
    const again = await logInBefore('张三');
    assert.equal(again.id, me.id, 'who scans from then on');
  });

  await it(`${mode.name}: WeChat that is another user's is not linked; another one can be scanned`, async () => {
    await logInBefore('张三');
    const me = await logInWithoutWeixin();
    const { page } = await arriveAtAccount(me);
    await linkButton(page, 'wx').click();
    await scan(page, '张三');
    await dialogSays(page, '没有绑定：这个「微信」账号已经绑定了本站的另一个用户');
    assert.equal(await page.locator('#qrcode').isVisible(), false);
    await page.locator('#renew').click();
    await dialogSays(page, '等待扫码');
    await weixin(page).locator('#refuse').click();
    await dialogSays(page, '你在微信里取消了');
    await page.locator('#renew').click();
    await dialogSays(page, '等待扫码');
    await page.keyboard.press('Escape');
    await comesTo('dialogs', 0, () => page.locator('dialog').count());
    await isReady(page);
    assert.equal(await focusedText(page), '绑定微信', 'what has the focus');
    assert.deepEqual(await typesOf(me.id), ['github']);
    await page.evaluate(() => fetch('/api/user/current/'));
  });

  await it(`${mode.name}: the session has ended meanwhile: one is told which way, at a click and in the dialog`, async () => {
    const faults = { announced: [/: 401$/] };
    for (const [name, type] of [['github', 'github'], ['wx', 'weixin']]) {
      await forget(type);
      const me = name === 'github' ? await logInBefore('李四') : await logInWithoutWeixin();
      const { page } = await arriveAtAccount(me, faults);
      await commandLine('logout', String(me.id));
      await linkButton(page, name).click();
      assert.equal(await isAway(page), '这里的登录已被结束');
      assert.equal(await page.locator('dialog').count(), 0, 'dialogs');
    }
  });
}

await MODES[0].begin({});

await it('GitHub does not answer when the person is back: the login page waits for it, and leads to the account', async () => {
  for (const [who, said] of [['ann', DONE], ['bob', TAKEN]]) {
    await forget('github');
    const bob = await logInBefore('李四');
    const { page } = await arriveAtAccount(await logInBefore('张三'), { announced: [/: 502$/] });
    await linkButton(page, 'github').click();
    await control('fault', { call: 'token', kind: 'status', status: 503, times: 3 });
    await page.locator(`#allow-${who}`).waitFor();
    if (who === 'bob') {
      const { id } = await (await fetch(`${process.env.STAND_IN}/control/github/person`,
        { method: 'POST', body: '{"person":"bob"}' })).json();
      await makeIdentity(bob.id, 'github', String(id));
    }
    await allow(page, who);
    await isReady(page);
    await says(page, said);
    assert.equal(pathOf(page), '/account/');
  }
});

await it('what the server says to the click is told, and the button works again', async () => {
  await forget('github');
  const { page } = await arriveAtAccount(await logInBefore('张三'), { announced: [/: 50[23]$/, /ERR_CONNECTION_RESET/] });
  const begins = (url) => url.pathname === '/api/user/login/github/';
  const failed = (status, code) => (route) => route.fulfill({ status, json: { code, msg: '…' } });
  const answers = [
    [failed(502, 'provider-unavailable'), '没有绑定：「GitHub」暂时没有回应，请稍后再试一次'],
    [failed(503, 'service-unavailable'), '服务暂不可用，请稍后再试一次'],
    [(route) => route.abort('connectionreset'), '网络不通，或服务没有回应，请稍后再试一次'],
  ];
  for (const [answer, said] of answers) {
    await once(page, begins, answer);
    await linkButton(page, 'github').click();
    await says(page, said);
  }
  await linkButton(page, 'github').click();
  await allow(page, 'ann');
  await says(page, DONE);
});

await it('a second click is none; and who comes back by the back button finds the button at work again', async () => {
  await forget('github');
  const { page } = await arriveAtAccount(await logInBefore('张三'));
  const asked = [];
  page.on('request', (request) => { if (request.method() === 'POST') asked.push(request.url()); });
  const release = await hold(page, (url) => url.pathname === '/api/user/login/github/');
  const button = linkButton(page, 'github');
  await button.click();
  await page.evaluate(() => { setInterval(() => document.querySelector('#link button').click(), 5); }); // until the page is left
  release();
  await page.locator('#allow-ann').waitFor();
  assert.equal(asked.length, 1, 'requests');
  await page.goBack();
  await isReady(page);
  await linkButton(page, 'github').click();
  await allow(page, 'ann');
  await says(page, DONE);
});

await it('an address that somebody made up tells nothing that is not so', async () => {
  await forget('github');
  const { page } = await arriveAtAccount(await logInBefore('张三'));
  await page.goto(`${ACCOUNT}?linked=github`);
  await isReady(page);
  await says(page, '');
  assert.equal(pathOf(page), '/account/');
  await page.goto(`${ACCOUNT}?linked=${encodeURIComponent('<b>x')}&error=${encodeURIComponent('<img src=x onerror=alert(1)>')}`);
  await isReady(page);
  await says(page, '没有绑定「<b>x」');
  assert.equal(await page.locator('#status small').innerText(), '<img src=x onerror=alert(1)>');
});

await it('without the list of providers the page shows what it knows, and links nothing', async () => {
  await forget('github');
  const me = await logInBefore('张三');
  await makeIdentity(me.id, 'github', 'named');
  await stop('login-oauth');
  const { page } = await arriveAtAccount(me, { announced: [/\/login\/: 503$/] });
  assert.deepEqual(await names(page, 'identities'), ['微信', 'github']);
  assert.deepEqual(await links(page), []);
  await startAgain();
});

await it('in WeChat its own page is the way, and there is no QR code; a phone elsewhere has neither', async () => {
  await forget('weixin');
  for (const type of ['wx_openid', 'mp_openid']) await forget(type);
  const me = await logInWithoutWeixin();
  const elsewhere = await arriveAtAccount(me, { userAgent: PHONE, isMobile: true });
  assert.deepEqual(await links(elsewhere.page), []);
  const { context, page } = await arriveAtAccount(me, { userAgent: IN_WEIXIN });
  await context.addCookies([{ name: 'phone', value: 'person=zhangsan', url: WEIXIN }]);
  assert.deepEqual(await page.locator('#link button').evaluateAll((all) => all.map(({ dataset }) => dataset.name)), ['mp']);
  await linkButton(page, 'mp').click();
  await page.waitForURL((url) => url.pathname.startsWith('/connect/'));
  await page.locator('#zhangsan').click();
  await isReady(page);
  await says(page, WX_DONE);
  await lists(page, 'identities', ['GitHub', '微信']);
  assert.deepEqual(await links(page), []);
});

await it('an error that leads to the login page alone leaves whoever is logged in a way on', async () => {
  const me = await logInBefore('张三');
  const { page } = await arrive({ storageState: me.stored });
  await page.goto(`${SITE}/login/?error=expired`);
  await isIn(page, 'failed');
  await page.locator('#account').click();
  await isReady(page);
  await page.goto(`${SITE}/login/?error=identity-taken&next=/members/`);
  await isIn(page, 'failed');
  await page.locator('#next').waitFor();
  assert.equal(await page.locator('#next').getAttribute('href'), `${SITE}/members/`);
  const nobody = await arrive();
  await nobody.page.goto(`${SITE}/login/?error=expired&next=/members/`);
  await isIn(nobody.page, 'failed');
  assert.equal(await nobody.page.locator('#account').isVisible(), false);
  assert.equal(await nobody.page.locator('#next').isVisible(), false);
});

await it('it is all within reach of the keyboard, and told to a screen reader', async () => {
  await forget('weixin');
  await forget('wx_openid');
  const me = await logInWithoutWeixin();
  const { page } = await arriveAtAccount(me);
  await tabTo(page, page.getByRole('region', { name: '登录方式' }).getByRole('button', { name: '绑定微信' }), 'link');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: '绑定「微信」' });
  await dialog.getByRole('status').filter({ hasText: '等待扫码' }).waitFor();
  assert.equal(await page.locator('#qrcode iframe').getAttribute('title'), '微信绑定二维码');
  await tabTo(page, dialog.getByRole('button', { name: '取消' }), 'cancel');
  await page.keyboard.press('Enter');
  await comesTo('dialogs', 0, () => page.locator('dialog').count());
  await isReady(page);
  assert.equal(await focusedText(page), '绑定微信', 'what has the focus');
  await forget('github');
  await makeIdentity(me.id, 'weixin', 'keyboard');
  await page.reload();
  await isReady(page);
  await tabTo(page, linkButton(page, 'github'), 'link');
  await page.keyboard.press('Enter');
  await allow(page, 'ann');
  await says(page, DONE);
  assert.equal(await page.getByRole('status').filter({ visible: true }).innerText(), DONE);
});

for (const look of LOOKS) {
  await it(`it is readable, and fits a phone: ${look.locale}, ${look.colorScheme}`, async () => {
    await forget('github');
    await forget('weixin');
    await forget('wx_openid');
    const me = await logInBefore('李四');
    await sql(`DELETE FROM user_oauth WHERE user_id = ${me.id}`);
    await forget('shop');
    await makeIdentity(me.id, 'shop', 'looks');
    const { page } = await arriveAtAccount(me, { ...look, viewport: SIZES.desktop });
    const looksGood = (name, line, texts) => isReadable(page, look, { name: `link-${name}`, line, texts, sizes: SIZES });
    assert.equal((await links(page)).length, 2);
    await looksGood('buttons', '#link button', '#link button');
    for (const one of await page.locator('#link button').all()) {
      const { height } = await one.boundingBox();
      assert.ok(height >= 44, `the button is ${height} px high`);
    }
    await linkButton(page, 'wx').click();
    await weixin(page).getByRole('link', { name: '张三', exact: true }).waitFor();
    await looksGood('scan', 'dialog .quiet', 'dialog :is(h2, p, button)');
    await page.setViewportSize(SIZES.phone);
    const [dialog, frame] = await Promise.all(['dialog', '#qrcode'].map((what) => page.locator(what).boundingBox()));
    assert.ok(frame.x >= dialog.x && frame.x + 300 <= dialog.x + dialog.width,
      `the QR code begins at ${frame.x}, the dialog at ${dialog.x} with ${dialog.width}`);
    await weixin(page).locator('#refuse').click();
    await page.locator('#renew').waitFor();
    await looksGood('refused', 'dialog [role=status]', 'dialog :is(h2, p, button)');
    await page.keyboard.press('Escape');
    await page.goto(`${ACCOUNT}?linked=github&error=identity-taken`);
    await isReady(page);
    await page.locator('#status.bad').waitFor();
    await looksGood('taken', '#status', '#status');
  });
}

await end();
