// Two users who are one person: the list of those whose logins clashed, and the dialog that makes one of two.
import assert from 'node:assert/strict';
import { ADMIN, arriveAt, cells, column, comesTo, field, ids, isShowing, lists, makeAdmin, makeAudit, makeIdentity, makeUser,
  says, userIs } from './admin.mjs';
import { answerOnce, end, focused, it, sql, tabTo } from './browser.mjs';

const BEFORE = { nickname: '前', phone_number: '1', gender: '', is_active: 1, is_staff: 0 };
const OTHER = { nickname: '另一个', phone_number: '', gender: '女', is_active: 1, is_staff: 0 };
const dialog = (page) => page.locator('dialog#merge-users');
const tab = (page) => page.locator('#tabs a[href="#clashes"]');
const mergeButton = (page, from, into) => page.getByRole('button', { name: `把用户 ${from} 合并到用户 ${into}`, exact: true });
const owners = async (...users) => (await Promise.all(users.map((id) => ids(`user_oauth WHERE user_id = ${id}`)))).map((all) => all.length);
const pair = (page, name) => page.locator('.pair', { has: page.locator('> .quiet', { hasText: name }) }).locator('> div:not(.quiet)');

let admin;
let made = 0;

// Two users, the later one of whom has an identity by which the earlier one's person came.
async function makeClash({ former = {}, other = {} } = {}) {
  made += 1;
  const [user, name] = [await makeUser({ ...BEFORE, ...former }), `other-${made}`];
  const second = await makeUser({ ...OTHER, username: name, ...other });
  await makeIdentity(user, 'weixin', `u-${made}`);
  await makeIdentity(second, 'wx_openid', `o-${made}`);
  await makeAudit({ action: 'clash', user_id: user,
    detail: JSON.stringify({ other_user: second, identity: { oauth_type: 'wx_openid', oauth_id: `o-${made}` } }) });
  return { user, other: second, name: other.username ?? name };
}

async function confirm(page, name) {
  await page.locator('#confirm-name').fill(name);
  await page.locator('#confirm-merge').click();
}

await it('as long as there are no clashes, there is no word of them', async () => {
  admin = await makeAdmin('张三');
  const { page } = await arriveAt('#users', admin);
  assert.equal(await tab(page).isVisible(), false, 'the tab is shown');
});

await it('where there is one, the list tells of both users, and leads to them', async () => {
  const { user, other } = await makeClash({ other: { is_active: 0 } });
  const { page } = await arriveAt('#users', admin);
  await tab(page).click();
  await isShowing(page, 'clashes');
  assert.equal(await tab(page).getAttribute('aria-current'), 'page');
  await lists(page, 'user', [`前 #${user} `]);
  await lists(page, 'other_user', [`另一个 #${other} 已停用`]);
  await lists(page, 'oauth_id', ['o-1']);
  await page.reload();
  await isShowing(page, 'clashes');
  await cells(page, 'other_user').getByRole('link').click();
  await isShowing(page, 'user');
  assert.equal(await field(page, 'nickname').inputValue(), '另一个');
  await page.goto(`${ADMIN}#clashes`);
  await isShowing(page, 'clashes');
  await mergeButton(page, user, other).click();
  await says(page, `用户 ${other} 已停用，不能合并到他`);
  assert.equal(await dialog(page).count(), 0, 'dialogs');
  await sql(`DELETE FROM user_audit WHERE action = 'clash'`);
});

await it('both are shown beside each other; what is chosen is kept, and they are one', async () => {
  const { user, other, name } = await makeClash();
  const { page } = await arriveAt('#clashes', admin);
  await mergeButton(page, other, user).click();
  await dialog(page).waitFor();
  assert.equal(await page.locator('dialog h2').textContent(), `把用户 ${other} 合并到用户 ${user}？`);
  assert.deepEqual(await page.locator('.pair strong').allTextContents(), [`被合并：用户 ${other}`, `保留：用户 ${user}`]);
  for (const [label, values] of [['用户名', [name, `made_`]], ['昵称', ['另一个', '前']], ['手机号', ['--', '1']],
    ['性别', ['女', '--']], ['启用', ['是', '是']], ['登录身份', [`微信 openid o-${made}`, `微信 unionid u-${made}`]]]) {
    const shown = await pair(page, label).allTextContents();
    shown.forEach((text, side) => assert.ok(text.startsWith(values[side]), `${label}: ${text}, not ${values[side]}`));
  }
  const chosen = () => page.locator('.pair input:checked').evaluateAll((all) => all.map((one) => `${one.name} ${one.value}`));
  assert.deepEqual(await chosen(), ['nickname into', 'gender from', 'phone_number into'], 'what is proposed');
  await page.getByRole('radio', { name: `另一个（用户 ${other}）` }).check();
  await confirm(page, name);
  await says(page, `已把用户 ${other} 合并到用户 ${user}`);
  await userIs(user, { ...BEFORE, nickname: '另一个', gender: '女' });
  await userIs(other, { ...OTHER, is_active: 0 });
  assert.deepEqual(await owners(user, other), [2, 0]);
  await lists(page, 'user', []);
  assert.equal(await focused(page), 'H2', 'what has the focus');
  await page.locator('#tabs a').first().click();
  await isShowing(page, 'users');
  await comesTo('the tab is shown', false, () => tab(page).isVisible());

  await page.goto(`${ADMIN}#users/${user}`);
  await isShowing(page, 'user');
  assert.deepEqual(await column(page, 'action', '.history tr'), ['合并进来', '身份冲突']);
  assert.equal((await column(page, 'detail', '.history tr'))[0],
    `被合并 ${other}合并到 ${user}登录身份 类型 wx_openid身份 ID o-${made}取自被合并的 昵称 前 → 另一个性别 -- → 女`);
});

await it('the other way round as well', async () => {
  const { user, other } = await makeClash({ former: { username: 'former' } });
  const { page } = await arriveAt('#clashes', admin);
  await mergeButton(page, user, other).click();
  await confirm(page, 'former');
  await says(page, `已把用户 ${user} 合并到用户 ${other}`);
  assert.deepEqual(await owners(user, other), [0, 2]);
  await userIs(other, { ...OTHER, phone_number: '1' });
});

await it('without the username, or without a yes, nothing is merged', async () => {
  const { user, other, name } = await makeClash();
  const { page } = await arriveAt('#clashes', admin);
  await mergeButton(page, other, user).click();
  for (const typed of ['', name.slice(1), name.toUpperCase(), `${name} `]) {
    await page.locator('#confirm-name').fill(typed);
    assert.equal(await page.locator('#confirm-merge').isDisabled(), true, `the button after ${typed}`);
    await page.keyboard.press('Enter');
  }
  await page.locator('#confirm-name').fill(name);
  await page.getByRole('button', { name: '取消' }).click();
  await dialog(page).waitFor({ state: 'detached' });
  assert.deepEqual(await owners(user, other), [1, 1]);
  await sql(`DELETE FROM user_audit WHERE action = 'clash'`);
});

await it('who stays and has been changed meanwhile is looked at again', async () => {
  const { user, other, name } = await makeClash();
  const { page } = await arriveAt('#clashes', admin, { announced: [/POST .*\/merge\/: 412/] });
  await mergeButton(page, other, user).click();
  await dialog(page).waitFor();
  await sql(`UPDATE user_user SET nickname = '新' WHERE id = ${user}`);
  await confirm(page, name);
  await says(page, '没有合并：要保留的用户已被别人修改，请核对后再合并');
  assert.deepEqual(await owners(user, other), [1, 1]);
  await mergeButton(page, other, user).click();
  await pair(page, '昵称').getByText('新', { exact: true }).waitFor();
  await confirm(page, name);
  await says(page, `已把用户 ${other} 合并到用户 ${user}`);
});

await it('where the service is down for a moment, it is tried again on demand', async () => {
  const { user, other, name } = await makeClash();
  const { page } = await arriveAt('#clashes', admin, { announced: [/: 503/] });
  const isDown = (url) => answerOnce(page, url, 503, { code: 'service-unavailable', msg: '' });
  await isDown(`**/admin/users/${user}/`);
  await mergeButton(page, other, user).click();
  await says(page, '服务暂不可用');
  await page.locator('#retry').click();
  await dialog(page).waitFor();
  await isDown('**/merge/');
  await confirm(page, name);
  await says(page, '服务暂不可用');
  assert.deepEqual(await owners(user, other), [1, 1]);
  await page.locator('#retry').click();
  await says(page, `已把用户 ${other} 合并到用户 ${user}`);
  await lists(page, 'user', []);
});

await it('a user is merged from their own view too, which then shows who is left', async () => {
  const [user, other] = [await makeUser({ ...BEFORE, username: 'left' }), await makeUser({ ...OTHER, username: 'goes' })];
  const { page } = await arriveAt(`#users/${other}`, admin, { announced: [/users\/999999\/: 404/] });
  const into = page.locator('#merge-into');
  await page.locator('#merge').click();
  assert.equal(await dialog(page).count(), 0, 'dialogs without an id');
  await into.fill(String(other));
  await page.locator('#merge').click();
  await says(page, '不能合并到自己');
  await into.fill('999999');
  await page.locator('#merge').click();
  await says(page, '找不到这一条，可能已被删除');
  await into.fill(String(user));
  await into.press('Enter');
  await confirm(page, 'goes');
  await says(page, `已把用户 ${other} 合并到用户 ${user}`);
  await isShowing(page, 'user');
  assert.equal(await page.locator('.facts dd').first().textContent(), String(user));
  assert.equal(await focused(page), 'H2', 'what has the focus');
  await userIs(user, { ...BEFORE, gender: '女' });
});

await it('nobody merges themselves into another user, and the page says so', async () => {
  const user = await makeUser(BEFORE);
  const { page } = await arriveAt(`#users/${admin.id}`, admin, { announced: [/POST .*\/merge\/: 403/] });
  await page.locator('#merge-into').fill(String(user));
  await page.locator('#merge').click();
  await confirm(page, await sql(`SELECT username FROM user_user WHERE id = ${admin.id}`));
  await says(page, '没有成功');
  await isShowing(page, 'user');
});

await it('by keyboard alone, and the focus is seen and never lost', async () => {
  const { user, other, name } = await makeClash();
  const { page } = await arriveAt('#clashes', admin);
  await tabTo(page, mergeButton(page, other, user), 'merge');
  await page.keyboard.press('Enter');
  await dialog(page).waitFor();
  assert.notEqual(await focused(page), 'BODY', 'what has the focus in the dialog');
  const nickname = page.locator('.pair input[name="nickname"]');
  await nickname.last().evaluate((radio) => radio.blur());
  await tabTo(page, nickname.last(), 'the nickname');
  await page.keyboard.press('ArrowLeft');
  assert.equal(await nickname.first().isChecked(), true);
  await tabTo(page, page.locator('#confirm-name'), 'the name');
  await page.keyboard.type(name);
  await page.keyboard.press('Enter');
  await says(page, `已把用户 ${other} 合并到用户 ${user}`);
  assert.equal(await focused(page), 'H2', 'what has the focus afterwards');
  await userIs(user, { ...BEFORE, nickname: '另一个', gender: '女' });
});

await it('whatever people are called, it is text', async () => {
  const MARKUP = '<img src=x onerror=alert(1)>';
  const names = { nickname: MARKUP, gender: MARKUP, phone_number: 'javascript:alert(1)', avatar_url: 'javascript:alert(1)' };
  const { user, other } = await makeClash({ other: { ...names, username: MARKUP } });
  await makeIdentity(other, MARKUP, MARKUP);
  const { page } = await arriveAt('#clashes', admin);
  await lists(page, 'other_user', [`${MARKUP} #${other} `]);
  await mergeButton(page, other, user).click();
  await dialog(page).waitFor();
  assert.ok((await pair(page, '昵称').first().textContent()).includes(MARKUP));
  assert.equal(await page.locator('dialog label span').last().textContent(), `请输入用户名 ${MARKUP} 确认`);
  assert.equal(await page.locator(':is(#view, dialog) img').count(), 0, 'pictures');
  await confirm(page, MARKUP);
  await says(page, `已把用户 ${other} 合并到用户 ${user}`);
});

// The last one: all users from then on have such ids.
await it('an id beyond 2^53 is exact', async () => {
  const id = '9007199254740993';
  await sql(`INSERT INTO user_user (id, username, password, date_joined) VALUES (${id}, 'large', '!', NOW())`);
  await makeUser(BEFORE); // its id is larger still
  const large = await sql(`SELECT MAX(id) FROM user_user`);
  await makeIdentity(id, 'wx_openid', 'large');
  const { page } = await arriveAt(`#users/${id}`, admin);
  await page.locator('#merge-into').fill(large);
  await page.locator('#merge').click();
  await confirm(page, 'large');
  await says(page, `已把用户 ${id} 合并到用户 ${large}`);
  assert.equal((await ids(`user_oauth WHERE user_id = ${large}`)).length, 1, 'identities of who is left');
});

await end();
