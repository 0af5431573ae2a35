// Who sees the account page: nobody who is not logged in, and nobody any longer whose session has ended.
import assert from 'node:assert/strict';
import { ACCOUNT, MODES, arriveAtAccount, comeBack, focusedText, isAway, isReady, logInBefore } from './account.mjs';
import { comesTo } from './admin.mjs';
import { arrive, commandLine, end, it, sql } from './browser.mjs';
import { isIn, scan } from './login.mjs';

const NOBODY = { announced: [/current\/: 401/] };
const nameOf = (page) => page.locator('.person .name').innerText();

for (const mode of MODES) {
  await mode.begin({ DEVICES: '1' });

  await it(`${mode.name}: who is not logged in goes to the login page, and comes back after the scan`, async () => {
    const { page } = await arrive(NOBODY);
    await page.goto(`${ACCOUNT}?a=1&b=二#part`);
    await isIn(page, 'waiting');
    assert.equal(new URL(page.url()).pathname, '/login/');
    await scan(page, '张三');
    await isReady(page);
    assert.equal(page.url(), `${ACCOUNT}?a=1&b=${encodeURIComponent('二')}#part`);
    assert.equal(await nameOf(page), '张三');
  });

  await it(`${mode.name}: who comes back without a login stays, and has a link`, async () => {
    const { page } = await arrive(NOBODY);
    await page.goto(ACCOUNT);
    await isIn(page, 'waiting');
    await page.goto(ACCOUNT);
    assert.equal(await isAway(page), '请先登录');
    await page.locator('#away-link').click();
    await isIn(page, 'waiting');
    await scan(page, '张三');
    await isReady(page);
  });

  await it(`${mode.name}: a login elsewhere that ends this one is told, and so it is after a reload`, async () => {
    const me = await logInBefore('张三');
    const { page } = await arriveAtAccount(me, NOBODY);
    await page.locator('#delete').click();
    await logInBefore('张三');
    await comeBack(page);
    assert.equal(await isAway(page), '你在另一台设备上登录了');
    assert.equal(await page.locator('dialog').count(), 0, 'dialogs that are left');
    assert.equal(await focusedText(page), '你在另一台设备上登录了', 'what has the focus');
    const late = await arrive({ storageState: me.stored, ...NOBODY });
    await late.page.goto(ACCOUNT);
    assert.equal(await isAway(late.page), '你在另一台设备上登录了');
  });

  await it(`${mode.name}: whose account is disabled is told so, and is not sent in a circle`, async () => {
    const me = await logInBefore('李四');
    const { page } = await arriveAtAccount(me, NOBODY);
    await commandLine('ban', String(me.id));
    await comeBack(page);
    assert.equal(await isAway(page), '账号已被停用');
    await commandLine('unban', String(me.id));
  });

  await it(`${mode.name}: a logout in another tab is a logout here`, async () => {
    const me = await logInBefore('李四');
    const { context, page } = await arriveAtAccount(me, NOBODY);
    const other = await context.newPage();
    await other.goto(ACCOUNT);
    await isReady(other);
    await other.locator('#logout').click();
    assert.equal(await isAway(other), '已退出登录');
    await isAway(page);
  });

  await it(`${mode.name}: who logs in in another tab is who shows here`, async () => {
    const [one, other] = [await logInBefore('李四'), await logInBefore('张三')];
    const { context, page } = await arriveAtAccount(one);
    await mode.become(context, page, other);
    await comeBack(page);
    await comesTo('the name', '张三', () => nameOf(page));
    await isReady(page);
  });
}

await it('a page that may keep nothing in its tab stays, and has a link', async () => {
  const { context, page } = await arrive(NOBODY);
  await context.addInitScript(() => Object.defineProperty(window, 'sessionStorage',
    { get() { throw new Error('not here'); } }));
  await page.goto(ACCOUNT);
  assert.equal(await isAway(page), '请先登录');
});

await it('what the person is called now shows at the next look', async () => {
  const me = await logInBefore('李四');
  const { page } = await arriveAtAccount(me);
  await sql(`UPDATE user_user SET nickname = 'Lisi' WHERE id = ${me.id}`);
  await comesTo('the name', 'Lisi', async () => {
    await comeBack(page);
    return nameOf(page);
  });
});

await end();
