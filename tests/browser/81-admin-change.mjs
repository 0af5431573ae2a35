// What the admin page changes: shown first, undone afterwards, and never over somebody else's change unseen.
import assert from 'node:assert/strict';
import { arriveAt, cells, column, comesTo, currentUser, field, ids, isShowing, lists, logIn, makeAdmin, makeIdentity, makeUser,
  says, userIs, userRow } from './admin.mjs';
import { end, focused, it, tabTo } from './browser.mjs';

const BEFORE = { nickname: '前', phone_number: '1', gender: '男', is_active: 1, is_staff: 0 };
const CHANGED_MEANWHILE = { announced: [/(PATCH|DELETE) .*admin\/users\/\d+\/: 412/] };
const changes = (page) => page.locator('#changes li').allInnerTexts();
const press = (page, id) => page.locator(`#${id}`).click();

async function save(page) {
  await press(page, 'save');
  await says(page, '已保存');
}
async function history(page, count) {
  const [actions, details] = await Promise.all([column(page, 'action', '.history tr'), column(page, 'detail', '.history tr')]);
  return actions.slice(0, count).map((action, index) => `${action} ${details[index]}`);
}
// What of each field is shown beside somebody else's change: what it was, is now, and would be.
async function comparison(page) {
  const [before, now, yours] = await Promise.all(['before', 'now', 'yours'].map((key) => column(page, key, '#others tr')));
  return before.map((value, index) => [value, now[index], yours[index]]);
}
const inDatabase = (values) => Object.fromEntries(Object.entries(values)
  .map(([name, value]) => [name, typeof value === 'boolean' ? Number(value) : value]));

let admin;
let other;

await it('two people are made staff', async () => {
  [admin, other] = [await makeAdmin('张三'), await makeAdmin('李四')];
});

await it('each field: shown before it is saved, saved, in the history, and undone', async () => {
  const id = await makeUser(BEFORE);
  const { page } = await arriveAt(`#users/${id}`, admin);
  const edits = [['nickname', '后', '昵称 前 → 后'], ['phone_number', '+86 2', '手机号 1 → +86 2'],
    ['gender', '', '性别 男 → --'], ['is_active', false, '启用 是 → 否'], ['is_staff', true, '管理员 否 → 是']];
  let stored = BEFORE;
  const former = [];
  for (const [name, value, shown] of edits) {
    assert.equal(await page.locator('#save').isDisabled(), true, '#save without a change');
    await (typeof value === 'boolean' ? field(page, name).setChecked(value) : field(page, name).fill(value));
    assert.deepEqual(await changes(page), [shown]);
    await userIs(id, stored);
    await save(page);
    former.push(stored);
    stored = { ...stored, ...inDatabase({ [name]: value }) };
    await userIs(id, stored);
    assert.deepEqual(await changes(page), [], 'unsaved changes');
    assert.deepEqual(await history(page, 1), [`修改 ${shown}`]);
  }
  for (const expected of former.reverse()) {
    await press(page, 'undo');
    await says(page, '已撤销');
    await userIs(id, expected);
    await page.locator('body[data-busy="false"]').waitFor();
  }
  assert.equal(await page.locator('#undo').isVisible(), false, '#undo is shown');
  assert.equal((await ids(`user_audit WHERE user_id = ${id} AND actor_id = ${admin.id}`)).length, 10, 'changes in the log');
});

await it('several fields are saved and undone as one change', async () => {
  const id = await makeUser(BEFORE);
  const { page } = await arriveAt(`#users/${id}`, admin);
  await field(page, 'nickname').fill('后');
  await field(page, 'is_staff').check();
  assert.deepEqual(await changes(page), ['昵称 前 → 后', '管理员 否 → 是']);
  await save(page);
  await userIs(id, { ...BEFORE, nickname: '后', is_staff: 1 });
  assert.equal(await page.locator('#undo').textContent(), '撤销：昵称、管理员');
  await press(page, 'undo');
  await userIs(id, BEFORE);
});

await it('what is discarded, or typed back, is not saved; what is unsaved outlives a look at another view', async () => {
  const id = await makeUser(BEFORE);
  const { page } = await arriveAt(`#users/${id}`, admin);
  await field(page, 'nickname').fill('后');
  await field(page, 'nickname').fill('前');
  assert.deepEqual(await changes(page), []);
  await field(page, 'nickname').fill('后');
  await field(page, 'is_active').uncheck();
  await page.locator('#tabs a').last().click();
  await isShowing(page, 'audit');
  await page.goBack();
  await isShowing(page, 'user');
  assert.deepEqual(await changes(page), ['昵称 前 → 后', '启用 是 → 否']);
  await press(page, 'discard');
  assert.deepEqual(await changes(page), []);
  assert.equal(await field(page, 'nickname').inputValue(), '前');
  assert.equal(await field(page, 'is_active').isChecked(), true);
  assert.equal(await page.locator('#save').isDisabled(), true);
  await userIs(id, BEFORE);
});

await it('log out everywhere: the other browser is logged out', async () => {
  const user = await logIn('没有头像的人');
  const { page } = await arriveAt(`#users/${user.id}`, admin);
  assert.deepEqual(await column(page, 'address', '.sessions tr'), ['127.0.0.1']);
  assert.equal((await currentUser(user, user.token)).status(), 200);
  await press(page, 'logout-all');
  await says(page, '已退出所有设备');
  assert.equal((await currentUser(user, user.token)).status(), 401);
  await comesTo('the sessions', 0, () => page.locator('.sessions tbody tr').count());
});

await it('unlink: one at once, the last one after a question', async () => {
  const id = await makeUser(BEFORE);
  const [first, last] = [await makeIdentity(id, 'weixin', `u-${id}`), await makeIdentity(id, 'wx_openid', `o-${id}`)];
  const identities = () => ids(`user_oauth WHERE user_id = ${id}`);
  const { page } = await arriveAt(`#users/${id}`, admin, { announced: [/DELETE .*admin\/oauths\/\d+\/: 409/] });
  const unlink = (identity) => page.locator(`button.unlink[data-id="${identity}"]`).click();
  const question = page.locator('dialog#last-identity');
  await unlink(first);
  await says(page, '已解除');
  assert.deepEqual(await identities(), [String(last)]);
  await comesTo('the identities', [String(last)], () => column(page, 'id', '.identities tr'));

  await unlink(last);
  await question.getByRole('button', { name: '取消' }).click();
  await question.waitFor({ state: 'detached' });
  assert.deepEqual(await identities(), [String(last)]);
  await unlink(last);
  await press(page, 'confirm-last');
  await comesTo('the identities', 0, () => page.locator('.identities tbody tr').count());
  assert.deepEqual(await identities(), []);
});

await it('delete: only after the username has been typed', async () => {
  const [username, id] = ['to-be-deleted', await makeUser({ ...BEFORE, username: 'to-be-deleted' })];
  await makeIdentity(id, 'weixin', `u-${id}`);
  const { page } = await arriveAt(`#users/${id}`, admin);
  const yes = page.locator('#confirm-delete');
  await press(page, 'delete');
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await press(page, 'delete');
  for (const typed of ['', 'to-be-delete', 'TO-BE-DELETED', `${username} `]) {
    await page.locator('#confirm-name').fill(typed);
    assert.equal(await yes.isDisabled(), true, `the button after ${typed}`);
    await page.keyboard.press('Enter');
  }
  await userIs(id, BEFORE);
  await page.locator('#confirm-name').fill(username);
  await yes.click();
  await says(page, `已删除 ${username}`);
  await userIs(id, null);
  assert.deepEqual(await ids(`user_oauth WHERE user_id = ${id}`), []);
  await isShowing(page, 'users');
  assert.equal((await column(page, 'id')).includes(String(id)), false, 'the list has the user');
});

await it('two admins change one user: the later one sees both values, and then saves on purpose', async () => {
  const id = await makeUser(BEFORE);
  const [earlier, later] = [await arriveAt(`#users/${id}`, other), await arriveAt(`#users/${id}`, admin, CHANGED_MEANWHILE)];
  await field(later.page, 'nickname').fill('迟');
  await field(earlier.page, 'nickname').fill('早');
  await field(earlier.page, 'phone_number').fill('2');
  await save(earlier.page);

  await press(later.page, 'save');
  await later.page.locator('#status.bad').waitFor();
  assert.match(await later.page.locator('#status').innerText(), /没有保存.*别人修改/);
  assert.deepEqual(await comparison(later.page), [['前', '早', '迟'], ['1', '2', '--']]);
  assert.deepEqual(await changes(later.page), ['昵称 早 → 迟']);
  await userIs(id, { ...BEFORE, nickname: '早', phone_number: '2' });
  await save(later.page);
  await userIs(id, { ...BEFORE, nickname: '迟', phone_number: '2' });
  assert.equal(await later.page.locator('#others').innerText(), '', 'what others changed');
});

await it('what somebody else has changed since is not undone unseen', async () => {
  const id = await makeUser(BEFORE);
  const one = await arriveAt(`#users/${id}`, admin, CHANGED_MEANWHILE);
  await field(one.page, 'nickname').fill('中');
  await save(one.page);
  const two = await arriveAt(`#users/${id}`, other);
  await field(two.page, 'nickname').fill('后');
  await save(two.page);

  await press(one.page, 'undo');
  await one.page.locator('#status.bad').waitFor();
  assert.match(await one.page.locator('#status').innerText(), /没有撤销/);
  assert.deepEqual(await comparison(one.page), [['中', '后', '前']]);
  await userIs(id, { ...BEFORE, nickname: '后' });
  await save(one.page);
  await userIs(id, BEFORE);
});

await it('who has been changed meanwhile is not deleted unseen', async () => {
  const id = await makeUser({ ...BEFORE, username: 'changed' });
  const [one, two] = [await arriveAt(`#users/${id}`, admin, CHANGED_MEANWHILE), await arriveAt(`#users/${id}`, other)];
  await field(two.page, 'nickname').fill('后');
  await save(two.page);
  await press(one.page, 'delete');
  await one.page.locator('#confirm-name').fill('changed');
  await press(one.page, 'confirm-delete');
  await one.page.locator('#status.bad').waitFor();
  assert.match(await one.page.locator('#status').innerText(), /没有删除/);
  await comesTo('the nickname', '后', () => field(one.page, 'nickname').inputValue());
  await userIs(id, { ...BEFORE, nickname: '后' });
});

await it('nobody takes away their own access', async () => {
  const { page } = await arriveAt(`#users/${admin.id}`, admin, { announced: [/PATCH .*: 403/] });
  const before = await userRow(admin.id);
  await field(page, 'is_staff').uncheck();
  await press(page, 'save');
  await says(page, '没有成功');
  assert.deepEqual(await userRow(admin.id), before);
});

await it('by keyboard alone: a user is found, changed, and changed back; the focus is seen and never lost', async () => {
  const id = await makeUser({ ...BEFORE, username: 'keyboard' });
  const { page } = await arriveAt('#users', admin);
  const hasFocus = async (when) => assert.notEqual(await focused(page), 'BODY', `what has the focus ${when}`);
  await tabTo(page, page.locator('#search'), 'the search');
  await page.keyboard.type('keyboa');
  await lists(page, 'id', [id]);
  await hasFocus('after the search');
  await tabTo(page, cells(page, 'username').getByRole('link'), 'the user');
  await page.keyboard.press('Enter');
  await isShowing(page, 'user');
  await hasFocus("after the user's arrival");

  await tabTo(page, field(page, 'nickname'), 'the nickname');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('ab');
  await tabTo(page, page.locator('#save'), 'save');
  await page.keyboard.press('Enter');
  await says(page, '已保存');
  await userIs(id, { ...BEFORE, nickname: 'ab' });
  await hasFocus('after saving');
  if (await page.evaluate(() => document.activeElement.id) !== 'undo') await tabTo(page, page.locator('#undo'), 'undo');
  await page.keyboard.press('Enter');
  await says(page, '已撤销');
  await userIs(id, BEFORE);
  await hasFocus('after undoing');

  await tabTo(page, page.locator('#delete'), 'delete');
  await page.keyboard.press('Enter');
  await page.locator('#confirm-name').waitFor();
  await hasFocus('in the dialog');
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement.id), 'delete', 'what has the focus after the dialog');
});

await end();
