// Everything on the account page is within reach of the keyboard, and is told to a screen reader.
import assert from 'node:assert/strict';
import { AGENTS, arriveAtAccount, buttonOf, focusedText, isAway, lists, logInBefore, names, says, startOver }
  from './account.mjs';
import { ids, makeIdentity } from './admin.mjs';
import { end, it, sql, tabTo } from './browser.mjs';
import { isIn } from './login.mjs';

const [EDGE, SAFARI, FIREFOX, WEIXIN] = Object.keys(AGENTS);
const focusedLabel = (page) => page.evaluate(() => document.activeElement.getAttribute('aria-label'));

await startOver({ DEVICES: '6', PROVIDERS: 'wx' }); // who has WeChat's own browser scans as well

await it('one ends devices, unlinks, downloads and leaves for good by keyboard, and the focus is not lost', async () => {
  for (const device of [SAFARI, FIREFOX, WEIXIN]) await logInBefore('张三', { userAgent: AGENTS[device] });
  const me = await logInBefore('张三', { userAgent: AGENTS[EDGE] });
  await makeIdentity(me.id, 'github', 'keyboard');
  const { page } = await arriveAtAccount(me, { userAgent: AGENTS[EDGE], announced: [/(logout|current)\/: 401/] });
  const press = (key) => page.keyboard.press(key);
  assert.deepEqual(await names(page, 'devices'), [EDGE, WEIXIN, FIREFOX, SAFARI]);

  await tabTo(page, buttonOf(page, 'identities', 'github'), 'unlink');
  await press('Enter');
  await tabTo(page, page.locator('#confirm-unlink'), 'confirm');
  await press('Enter');
  await says(page, '「github」已解绑');
  await lists(page, 'identities', ['微信']);
  assert.equal(await focusedText(page), '登录方式', 'what has the focus after the last button of a part');

  await tabTo(page, buttonOf(page, 'devices', FIREFOX), 'end');
  await press('Enter');
  await lists(page, 'devices', [EDGE, WEIXIN, SAFARI]);
  assert.equal(await focusedLabel(page), `下线 ${SAFARI}, 127.0.0.1`, 'what has the focus after a button');
  await tabTo(page, page.locator('#end-others:not([aria-disabled])'), 'end others');
  await press('Space');
  await lists(page, 'devices', [EDGE]);
  assert.equal(await focusedText(page), '登录中的设备', 'what has the focus after all of them');

  await tabTo(page, page.locator('#export'), 'export');
  const download = page.waitForEvent('download');
  await press('Enter');
  await download;
  await tabTo(page, page.locator('#delete'), 'delete');
  await press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'confirm-name', 'what has the focus in the dialog');
  await page.keyboard.type(await sql(`SELECT username FROM user_user WHERE id = ${me.id}`));
  await press('Enter');
  await isAway(page);
  assert.equal(await focusedText(page), '账号已注销', 'what has the focus at the end');
  assert.deepEqual(await ids(`user_user WHERE id = ${me.id}`), []);
  await tabTo(page, page.locator('#away-link'), 'home');
});

await it('one logs out and in again with the keyboard', async () => {
  const me = await logInBefore('张三');
  const { page } = await arriveAtAccount(me);
  await tabTo(page, page.locator('#logout'), 'logout');
  await page.keyboard.press('Enter');
  await isAway(page);
  await tabTo(page, page.locator('#away-link'), 'log in again');
  await page.keyboard.press('Enter');
  await isIn(page, 'waiting');
});

await it('a screen reader is told the parts, each button, and what comes of it', async () => {
  await logInBefore('李四', { userAgent: AGENTS[SAFARI] });
  const me = await logInBefore('李四', { userAgent: AGENTS[EDGE] });
  await makeIdentity(me.id, 'github', 'reader');
  const { page } = await arriveAtAccount(me, { userAgent: AGENTS[EDGE] });
  for (const name of ['资料', '登录方式', '登录中的设备', '我的数据', '注销账号']) {
    assert.equal(await page.getByRole('region', { name, exact: true }).count(), 1, name);
  }
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), '我的账号');
  const labels = await page.getByRole('button').evaluateAll((all) =>
    all.map((one) => one.getAttribute('aria-label') ?? one.innerText));
  assert.deepEqual(labels, ['退出登录', '解绑「微信」', '解绑「github」', `下线 ${SAFARI}, 127.0.0.1`, '下载我的数据', '注销我的账号']);
  assert.equal(await page.getByRole('list').count(), 2, 'lists');
  await page.getByRole('button', { name: `下线 ${SAFARI}` }).click();
  await lists(page, 'devices', [EDGE]);
  assert.equal(await page.getByRole('status').filter({ visible: true }).innerText(), `${SAFARI} 已下线`);
  await page.locator('#delete').click();
  await page.getByRole('dialog', { name: '注销账号？' }).getByRole('textbox', { name: /^请输入用户名/ }).waitFor();
});

await end();
