// The account page: who is logged in, their ways to log in, their devices, their data, and the end of the account. In
// header mode and in cookie mode.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { AGENTS, MODES, arriveAtAccount, buttonOf, comeBack, focusedText, isAway, isReady, lists, logInBefore, names, says }
  from './account.mjs';
import { comesTo, ids, makeAdmin, makeIdentity } from './admin.mjs';
import { arrive, commandLine, end, it, SITE, sql } from './browser.mjs';
import { heldToken, isIn, scan } from './login.mjs';

const DEVICES = Object.keys(AGENTS);
const [EDGE, SAFARI, FIREFOX] = DEVICES;
// The last way in is the last of those by which the site lets people in.
const GITHUB = { PROVIDERS: 'wx mp mini github', GITHUB_CLIENT_ID: 'id', GITHUB_CLIENT_SECRET: 'secret' };
const CSP = /connect-src 'self'/;

// Somebody who has logged in on each of these devices; the last to log in has the first browser of the list.
async function logInOn(who, devices) {
  const people = [];
  for (const device of devices) people.push(await logInBefore(who, { userAgent: AGENTS[device] }));
  return people;
}
const identitiesOf = (user) => ids(`user_oauth WHERE user_id = ${user} ORDER BY id`);
const confirm = (page) => page.locator('#confirm-unlink').click();
const typeName = async (page, name) => {
  await page.locator('#delete').click();
  await page.locator('#confirm-name').fill(name);
};
const usernameOf = (id) => sql(`SELECT username FROM user_user WHERE id = ${id}`);

for (const mode of MODES) {
  await mode.begin({ DEVICES: '6', ...GITHUB });

  await it(`${mode.name}: one sees who one is, how one logs in and where; this device first`, async () => {
    const [, me] = await logInOn('张三', [SAFARI, EDGE]);
    await logInOn('张三', [FIREFOX]);
    const { page } = await arriveAtAccount(me, { userAgent: AGENTS[EDGE], timezoneId: 'Asia/Shanghai' });
    assert.equal(await page.locator('.person .name').innerText(), '张三');
    assert.equal(await page.locator('.person .quiet bdi').innerText(), await usernameOf(me.id));
    await page.waitForFunction(() => document.querySelector('.person img').naturalWidth > 0);
    assert.deepEqual(await names(page, 'identities'), ['微信'], 'unionid and openid');
    assert.equal(await buttonOf(page, 'identities', '微信').count(), 0, 'buttons that unlink the only way');
    assert.deepEqual(await names(page, 'devices'), [EDGE, FIREFOX, SAFARI]);
    const here = page.locator('#devices li', { has: page.locator('.here') });
    assert.equal(await here.count(), 1, 'devices that are this one');
    assert.equal(await here.locator('.name').getAttribute('title'), AGENTS[EDGE]);
    assert.equal(await here.getByRole('button').count(), 0, 'buttons that end this device');
    const [seen, began, address] = await here.locator('.more p').allInnerTexts();
    assert.match(seen, /^最近使用 \d{4}年\d+月\d+日 \d\d:\d\d$/);
    assert.match(began, /^登录于 .*，通过微信$/);
    assert.equal(address, '来自 127.0.0.1');
    const time = here.locator('time').first();
    const shown = await time.evaluate((element) => Date.parse(`${element.innerText
      .replace(/(\d+)年(\d+)月(\d+)日 (.*)/, (all, year, month, day, clock) =>
        `${year}-${month.padStart(2, 0)}-${day.padStart(2, 0)}T${clock}`)}:00+08:00`));
    const told = Date.parse(await time.getAttribute('datetime'));
    assert.ok(Math.abs(shown - told) < 60000, 'a time in the zone of the browser');
  });

  await it(`${mode.name}: a device is ended at once, and is told so`, async () => {
    const [other, me] = await logInOn('李四', [SAFARI, EDGE]);
    await logInOn('李四', [FIREFOX]);
    const safari = await arriveAtAccount(other, { userAgent: AGENTS[SAFARI], announced: [/current\/: 401/] });
    const { page } = await arriveAtAccount(me, { userAgent: AGENTS[EDGE] });
    await buttonOf(page, 'devices', SAFARI).click();
    await says(page, `${SAFARI} 已下线`);
    await lists(page, 'devices', [EDGE, FIREFOX]);
    await comeBack(safari.page);
    assert.equal(await isAway(safari.page), '这里的登录已被结束');
    await buttonOf(page, 'devices', FIREFOX).click();
    await lists(page, 'devices', [EDGE]);
    assert.equal(await focusedText(page), '登录中的设备', 'what has the focus');
    await page.reload();
    await isReady(page);
    assert.deepEqual(await names(page, 'devices'), [EDGE]);
  });

  await it(`${mode.name}: all others are ended, and this one goes on`, async () => {
    const people = await logInOn('李四', [SAFARI, FIREFOX]);
    const [me] = await logInOn('李四', [EDGE]);
    const others = [];
    for (const [index, one] of people.entries()) {
      others.push(await arriveAtAccount(one, { userAgent: AGENTS[DEVICES[index + 1]], announced: [/current\/: 401/] }));
    }
    const { page } = await arriveAtAccount(me, { userAgent: AGENTS[EDGE] });
    await page.locator('#end-others').click();
    await says(page, '其他设备已全部下线');
    await lists(page, 'devices', [EDGE]);
    for (const other of others) {
      await comeBack(other.page);
      assert.equal(await isAway(other.page), '这里的登录已被结束');
    }
    await page.reload();
    await isReady(page);
  });

  await it(`${mode.name}: a way to log in is unlinked once one is sure, the openids with the unionid`, async () => {
    const me = await logInBefore('李四');
    const github = await makeIdentity(me.id, 'github', `g-${me.id}`);
    const before = await identitiesOf(me.id);
    assert.equal(before.length, 3, 'identities');
    const { page } = await arriveAtAccount(me);
    assert.deepEqual(await names(page, 'identities'), ['微信', 'GitHub']);
    await buttonOf(page, 'identities', '微信').click();
    await page.keyboard.press('Escape');
    assert.equal(await focusedText(page), '解绑', 'what has the focus');
    assert.deepEqual(await identitiesOf(me.id), before);
    await buttonOf(page, 'identities', '微信').click();
    await confirm(page);
    await says(page, '「微信」已解绑');
    await lists(page, 'identities', ['GitHub']);
    assert.equal(await focusedText(page), '登录方式', 'what has the focus');
    assert.deepEqual(await identitiesOf(me.id), [String(github)]);
  });

  await it(`${mode.name}: the last way that is left cannot be unlinked`, async () => {
    const me = await logInBefore('张三', { announced: [] });
    const other = await makeIdentity(me.id, 'github', `h-${me.id}`);
    const { page } = await arriveAtAccount(me, { announced: [/identities\/\d+\/: 409/] });
    await sql(`DELETE FROM user_oauth WHERE id = ${other}`);
    await buttonOf(page, 'identities', '微信').click();
    await confirm(page);
    await says(page, '没有解绑：这是最后一个能登录这个账号的方式。没有它，你就回不来了');
    await lists(page, 'identities', ['微信']);
    assert.equal((await identitiesOf(me.id)).length, 2, 'identities');
  });

  await it(`${mode.name}: one's data are a file`, async () => {
    const me = await logInBefore('张三');
    const { page } = await arriveAtAccount(me);
    const [file] = await Promise.all([page.waitForEvent('download'), page.locator('#export').click()]);
    assert.equal(file.suggestedFilename(), `scanlogin-${me.id}.json`);
    const text = await readFile(await file.path(), 'utf8');
    assert.match(text, /"nickname":\s*"张三"/);
    JSON.parse(text);
    await says(page, '数据已下载');
  });

  await it(`${mode.name}: one logs out, and is back after the next scan`, async () => {
    const me = await logInBefore('张三');
    const { page } = await arriveAtAccount(me);
    await page.locator('#logout').click();
    assert.equal(await isAway(page), '已退出登录');
    assert.equal(await focusedText(page), '已退出登录', 'what has the focus');
    await page.locator('#away-link').click();
    await isIn(page, 'waiting');
    await scan(page, '张三');
    await isReady(page);
  });

  await it(`${mode.name}: an account that is not to be deleted stays: in use, staff's, by another name`, async () => {
    const admin = await makeAdmin('张三');
    const user = await logInBefore('李四');
    const faults = { announced: [/current\/: (400|403|409)/] };
    await sql(`CREATE TABLE shop_order (user_id BIGINT NOT NULL, FOREIGN KEY (user_id) REFERENCES user_user (id));
      INSERT INTO shop_order VALUES (${user.id})`);
    const { page } = await arriveAtAccount(user, faults);
    const name = await usernameOf(user.id);
    await typeName(page, `${name} `);
    assert.equal(await page.locator('#confirm-delete').isDisabled(), true, 'the button without the name');
    await page.locator('#confirm-name').fill(name);
    await page.locator('#confirm-delete').click();
    await says(page, '没有注销：本站还有别的数据属于这个账号。请联系本站');
    assert.equal(await focusedText(page), '注销我的账号', 'what has the focus');
    await sql('DROP TABLE shop_order');

    await sql(`UPDATE user_user SET username = 'another' WHERE id = ${user.id}`);
    await typeName(page, name);
    await page.locator('#confirm-delete').click();
    await says(page, '没有注销：用户名对不上。请刷新这个页面，再试一次');
    await sql(`UPDATE user_user SET username = '${name}' WHERE id = ${user.id}`);

    const staff = await arriveAtAccount(admin, faults);
    await typeName(staff.page, await usernameOf(admin.id));
    await staff.page.keyboard.press('Enter');
    await says(staff.page, '没有注销：管理员不能注销自己的账号。请先让另一位管理员取消你的管理权限');
    assert.deepEqual(await ids(`user_user WHERE id IN (${user.id}, ${admin.id}) ORDER BY id`),
      [admin.id, user.id].map(String).sort((one, other) => one - other));
    await commandLine('unstaff', String(admin.id));
  });

  await it(`${mode.name}: a deleted account is gone, the browser forgets it, and the next scan makes another`, async () => {
    const me = await logInBefore('李四');
    const { page, context } = await arriveAtAccount(me, { announced: [/(logout|current)\/: 401/] });
    const leaving = page.waitForResponse('**/api/user/logout/');
    await typeName(page, await usernameOf(me.id));
    await page.locator('#confirm-delete').click();
    assert.equal(await isAway(page), '账号已注销');
    assert.equal(await focusedText(page), '账号已注销', 'what has the focus');
    await leaving;
    assert.deepEqual(await ids(`user_user WHERE id = ${me.id}`), []);
    assert.deepEqual(await identitiesOf(me.id), []);
    await comesTo('the token', null, () => heldToken({ context, page }));
    assert.equal(await page.locator('#away-link').getAttribute('href'), '/');
    const again = await logInBefore('李四');
    assert.notEqual(again.id, me.id, 'the id of who scans again');
  });
}

await it('the page is under a strict policy', async () => {
  const { context } = await arrive();
  const reply = await context.request.get(`${SITE}/account/`);
  assert.match(reply.headers()['content-security-policy'], CSP);
  assert.doesNotMatch(reply.headers()['content-security-policy'], /unsafe/);
});

await end();
