// The admin page's lists, where its links lead, whom it lets in, and what it says when the service is down.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { ADMIN, arriveAt, cells, comesTo, field, ids, isShowing, lists, logIn, makeAdmin, makeAudit, makeIdentity, makeUser,
  says, userIs, userRow } from './admin.mjs';
import { arrive, commandLine, end, it, sql, startAgain, stop } from './browser.mjs';
import { isIn } from './login.mjs';

const DOWN = '服务暂不可用';
const rows = (page) => page.locator('#view tbody tr');
const search = (page, text) => page.locator('#search').fill(text);
const header = (page, key) => page.locator(`th[data-key="${key}"]`);
const MANY = 60;

// nickname `Many 01`…; the other columns each in an order of their own, some of it empty.
const makeMany = () => sql(`INSERT INTO user_user
    (username, password, nickname, phone_number, date_joined, last_login, is_active, is_staff)
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})
  SELECT CONCAT('many_', i * 7 % 61), '!', CONCAT('Many ', LPAD(i, 2, '0')), IF(i % 9, CONCAT('138', i * 11 % 61), ''),
    '2026-01-01' + INTERVAL i * 13 % 61 HOUR, IF(i % 4, '2026-02-01' + INTERVAL i * 17 % 61 HOUR, NULL), i % 10 <> 0,
    i % 12 = 0 FROM n`);
const MANY_OF_THEM = "user_user WHERE nickname LIKE 'Many%'";

let admin;
let member;

await it('who is not logged in is led to the login page', async () => {
  const { page } = await arrive({ announced: [/admin\/audit\/.*: 401/] });
  await page.goto(`${ADMIN}#audit`);
  await isShowing(page, 'login');
  await page.locator('#login-link').click();
  await isIn(page, 'waiting');
});

await it('who is not staff is refused, until the command line makes them staff', async () => {
  member = await logIn('没有头像的人');
  const { page } = await arriveAt('#users', member, { view: 'forbidden', announced: [/admin\/users\/.*: 403/] });
  assert.equal(await rows(page).count(), 0, 'rows that are shown');
  await commandLine('staff', String(member.id));
  await page.reload();
  await isShowing(page, 'users');
  await lists(page, 'id', [member.id]);
  await commandLine('unstaff', String(member.id));
  admin = await makeAdmin('张三');
  await makeMany();
});

await it('whose token is dead is led to the login page, and nothing of the list stays', async () => {
  const { page } = await arriveAt('#users', admin, { announced: [/admin\/users\/.*: 401/] });
  await page.evaluate(() => localStorage.setItem('scanlogin.token', 'dead'));
  await header(page, 'nickname').getByRole('button').click();
  await isShowing(page, 'login');
  assert.equal(await rows(page).count(), 0, 'rows that are shown');
});

await it('users: each order is the one of the database, both ways', async () => {
  const { page } = await arriveAt('#users?q=Many', admin);
  for (const key of ['id', 'username', 'nickname', 'phone_number', 'date_joined', 'last_login']) {
    const ways = key === 'id' ? [['DESC', 'descending'], ['', 'ascending']] : [['', 'ascending'], ['DESC', 'descending']];
    for (const [way, said] of ways) {
      await header(page, key).getByRole('button').click();
      await lists(page, 'id', await ids(`${MANY_OF_THEM} ORDER BY ${key} ${way}, id ${way} LIMIT 50`));
      assert.equal(await header(page, key).getAttribute('aria-sort'), said, `aria-sort of ${key}`);
      assert.equal(await page.locator('th[aria-sort]').count(), 1, 'sorted columns');
    }
  }
});

await it('users: the rest comes on demand, and the focus goes there', async () => {
  const { page } = await arriveAt('#users?q=Many', admin);
  const everybody = await ids(`${MANY_OF_THEM} ORDER BY id`);
  await lists(page, 'id', everybody.slice(0, 50));
  assert.match(await page.locator('.bar [role="status"]').textContent(), /50.*还有更多/);
  await page.locator('#more').click();
  await lists(page, 'id', everybody);
  assert.equal(await page.evaluate(() => document.activeElement.dataset.id), everybody[50], 'the row with the focus');
  assert.equal(await page.locator('#more').isVisible(), false, '#more is shown');
});

await it('users: search finds the beginning of each name, number and identity', async () => {
  const id = await makeUser({ username: 'beginning-u', nickname: '始于n', phone_number: '+86 139' });
  await makeIdentity(id, 'wx_openid', 'o6_beginning');
  const { page } = await arriveAt('#users', admin);
  for (const text of ['beginning-', '始于', '+86 13', 'o6_begin']) {
    await search(page, 'nobody has this');
    await lists(page, 'id', []);
    await search(page, text);
    await lists(page, 'id', [id]);
  }
  await search(page, 'eginning');
  await lists(page, 'id', []);
});

await it('users: filters, together and cleared', async () => {
  const { page } = await arriveAt('#users?q=Many', admin);
  const [active, staff] = [page.locator('#filter-active'), page.locator('#filter-staff')];
  await active.selectOption('0');
  await lists(page, 'id', await ids(`${MANY_OF_THEM} AND NOT is_active ORDER BY id`));
  await staff.selectOption('1');
  await lists(page, 'id', await ids(`${MANY_OF_THEM} AND NOT is_active AND is_staff ORDER BY id`));
  await active.selectOption('');
  await lists(page, 'id', await ids(`${MANY_OF_THEM} AND is_staff ORDER BY id`));
  await page.getByRole('button', { name: '清除条件' }).click();
  await lists(page, 'id', await ids('user_user ORDER BY id LIMIT 50'));
  assert.equal(new URL(page.url()).hash, '#users');
});

await it("users: days are the browser's, both ends included", async () => {
  const at = (time) => makeUser({ nickname: 'Day', date_joined: time, last_login: time });
  // Midnight in Shanghai is 16:00 UTC of the day before.
  const [before, first, last, after] = [await at('2025-05-31 15:59:59'), await at('2025-05-31 16:00:00'),
    await at('2025-06-02 15:59:59.999999'), await at('2025-06-02 16:00:00')];
  const { page } = await arriveAt('#users?q=Day', admin, { timezoneId: 'Asia/Shanghai' });
  await lists(page, 'id', [before, first, last, after]);
  assert.match(await cells(page, 'date_joined').nth(1).textContent(), /2025年6月1日 00:00:00/);
  assert.match(await cells(page, 'date_joined').nth(1).locator('time').getAttribute('title'), /^2025-05-31 16:00:00.*UTC$/);
  for (const key of ['date_joined', 'last_login']) {
    await page.locator(`[name="${key}__gte"]`).fill('2025-06-01');
    await lists(page, 'id', [first, last, after]);
    await page.locator(`[name="${key}__lt"]`).fill('2025-06-02');
    await lists(page, 'id', [first, last]);
    await page.locator(`[name="${key}__gte"]`).fill('');
    await lists(page, 'id', [before, first, last]);
    await page.locator(`[name="${key}__lt"]`).fill('');
  }
});

await it('users: the CSV has what the filters let through, and no formula', async () => {
  const values = { nickname: '=HYPERLINK("http://127.0.0.1")', gender: '@女', date_joined: '2024-02-29 01:02:03.000004' };
  const id = await makeUser({ ...values, username: 'csv-1', phone_number: '+86 138' });
  await makeUser({ ...values, username: 'csv-2', is_active: 0 });
  const { page } = await arriveAt('#users?q=csv-&is_active=1', admin);
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('#csv').click()]);
  assert.equal(file.suggestedFilename(), 'users.csv');
  assert.equal(await readFile(await file.path(), 'utf8'), [
    '\uFEFFid,username,nickname,avatar_url,gender,phone_number,date_joined,last_login,is_active,is_staff,is_superuser',
    `${id},"csv-1","'=HYPERLINK(""http://127.0.0.1"")","","'@女","'+86 138",2024-02-29T01:02:03.000004Z,,true,false,false`,
    ''].join('\r\n'));
});

await it('identities: search, filters, order, CSV, and the way to the user', async () => {
  const user = await makeUser({ nickname: 'Two' });
  const [unionid, openid] = [await makeIdentity(user, 'weixin', 'two-unionid'), await makeIdentity(user, 'wx_openid', 'two-openid')];
  const { page } = await arriveAt('#oauths', admin);
  await lists(page, 'id', await ids('user_oauth ORDER BY id'));
  await search(page, 'two-o');
  await lists(page, 'oauth_id', ['two-openid']);
  await search(page, '');
  await page.locator('[name="user"]').fill(String(user));
  await lists(page, 'id', [unionid, openid]);
  await header(page, 'id').getByRole('button').click();
  await lists(page, 'id', [openid, unionid]);
  await page.locator('#filter-type').selectOption('weixin');
  await lists(page, 'id', [unionid]);
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('#csv').click()]);
  assert.match(await readFile(await file.path(), 'utf8'), new RegExp(`\r\n${unionid},${user},"weixin","two-unionid",`));
  await cells(page, 'user').getByRole('link').click();
  await isShowing(page, 'user');
  await comesTo('the hash', `#users/${user}`, () => new URL(page.url()).hash);
});

await it('the audit log: the newest first, filters, CSV', async () => {
  const user = await makeUser();
  const old = await makeAudit({ user_id: user, actor_id: admin.id, actor_name: '张三', at: '2020-02-02 02:02:59' });
  await commandLine('ban', String(user));
  await commandLine('logout', String(user));
  const [changed, loggedOut] = await ids(`user_audit WHERE user_id = ${user} AND id > ${old} ORDER BY id`);
  const { page } = await arriveAt('#audit', admin, { timezoneId: 'UTC' });
  await lists(page, 'id', await ids('user_audit ORDER BY id DESC LIMIT 50'));
  await page.locator('[name="user"]').fill(String(user));
  await lists(page, 'id', [loggedOut, changed, old]);
  assert.match(await cells(page, 'actor').first().textContent(), /^cli:/);
  assert.equal(await cells(page, 'detail').nth(1).innerText(), '启用 是 → 否');
  await page.locator('#filter-action').selectOption('change');
  await lists(page, 'id', [changed]);
  await page.locator('#filter-action').selectOption('');
  await page.locator('[name="at__gte"]').fill('2020-02-02T02:03');
  await lists(page, 'id', [loggedOut, changed]);
  await page.locator('[name="at__gte"]').fill('2020-02-02T02:02');
  await page.locator('[name="at__lt"]').fill('2020-02-02T02:03');
  await lists(page, 'id', [old]);
  await page.locator('[name="actor"]').fill(String(user));
  await lists(page, 'id', []);
  await page.locator('[name="actor"]').fill(String(admin.id));
  await lists(page, 'id', [old]);
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('#csv').click()]);
  assert.match(await readFile(await file.path(), 'utf8'), new RegExp(`\r\n${old},2020-02-02T02:02:59.000000Z,"login",${user},`));
});

await it('addresses: a reload and the back button find the same view again', async () => {
  const { page } = await arriveAt('#users', admin);
  await search(page, 'Many 1');
  await page.locator('#filter-active').selectOption('1');
  await header(page, 'nickname').getByRole('button').click();
  const found = await ids("user_user WHERE nickname LIKE 'Many 1%' AND is_active ORDER BY nickname, id");
  await lists(page, 'id', found);
  await page.reload();
  await lists(page, 'id', found);
  assert.equal(await page.locator('#search').inputValue(), 'Many 1', 'the search');

  await cells(page, 'username').first().getByRole('link').click();
  await isShowing(page, 'user');
  assert.equal(await field(page, 'nickname').inputValue(), 'Many 11');
  await page.reload();
  await isShowing(page, 'user');
  assert.equal(await field(page, 'nickname').inputValue(), 'Many 11');
  assert.equal(await page.locator('#tabs [aria-current]').textContent(), '用户', 'the marked tab');
  await page.getByRole('link', { name: '全部操作记录' }).click();
  await isShowing(page, 'audit');
  assert.equal(await page.locator('[name="user"]').inputValue(), found[0], 'the user of the log');
  await page.goBack();
  await isShowing(page, 'user');
  await page.goBack();
  await isShowing(page, 'users');
  await lists(page, 'id', found);
  await page.goForward();
  await isShowing(page, 'user');
});

await it('a user who is not there is said not to be', async () => {
  const { page } = await arriveAt('#users/999999999', admin, { announced: [/admin\/users\/999999999\/: 404/] });
  await says(page, '找不到这一条，可能已被删除');
});

await it('whose access is taken away is told at the next action, and nothing is changed', async () => {
  const id = await makeUser({ nickname: 'before' });
  const { page } = await arriveAt(`#users/${id}`, admin, { announced: [/admin\/users\/.*: 403/] });
  await field(page, 'nickname').fill('after');
  const before = await userRow(id);
  await commandLine('unstaff', String(admin.id));
  await page.locator('#save').click();
  await says(page, '没有成功');
  assert.match(await page.locator('#status').innerText(), /没有权限/);
  await page.locator('#logout-all').click();
  await userIs(id, before);
  await page.locator('#tabs a').first().click();
  await isShowing(page, 'forbidden');
  assert.equal(await rows(page).count(), 0, 'rows that are shown');
  await commandLine('staff', String(admin.id));
});

await it('the service is down: it is said, nothing is lost, and it goes on once it is up again', async () => {
  const id = await makeUser({ nickname: 'before' });
  const faults = { announced: [/admin\/users\/.*: 503/] };
  const [one, list] = [await arriveAt(`#users/${id}`, admin, faults), await arriveAt('#users?q=Many', admin, faults)];
  await field(one.page, 'nickname').fill('after');
  await stop('admin-users');
  await header(list.page, 'id').getByRole('button').click();
  await one.page.locator('#save').click();
  for (const { page } of [list, one]) await says(page, DOWN);
  assert.equal(await field(one.page, 'nickname').inputValue(), 'after', 'what was typed');
  assert.equal(await rows(list.page).count(), 0, 'rows that are not in the order said');
  await list.page.locator('#retry').click();
  await says(list.page, DOWN);
  await startAgain();
  for (const { page } of [list, one]) await page.locator('#retry').click();
  await lists(list.page, 'id', await ids(`${MANY_OF_THEM} ORDER BY id DESC LIMIT 50`));
  await userIs(id, { nickname: 'after', phone_number: '', gender: '', is_active: 1, is_staff: 0 });
  await says(one.page, '已保存');
  assert.equal(await list.page.locator('#retry').isVisible(), false, '#retry is shown');
});

await it('a fault of the page itself is seen, and is not taken for the network', async () => {
  const { context, page } = await arrive({ storageState: admin.stored, announced: [/Request is not defined/] });
  await context.addInitScript(() => { delete window.Request; });
  const fault = context.waitForEvent('weberror');
  await page.goto(`${ADMIN}#users`);
  assert.match((await fault).error().message, /Request/);
  assert.equal(await page.locator('#status').innerText(), '', 'what the page says');
});

// The last: ids that the database gives from here on are as long.
await it('ids that a number of JavaScript does not hold are shown, followed and changed exactly', async () => {
  const [first, second] = ['1724500000000000001', '1724500000000000002'];
  await sql(`INSERT INTO user_user (id, username, password, nickname, date_joined) VALUES
    (${first}, 'long_1', '!', 'Long 1', NOW()), (${second}, 'long_2', '!', 'Long 2', NOW());
    INSERT INTO user_oauth (id, oauth_type, oauth_id, created_time, last_mod_time, user_id)
      VALUES (${first}, 'weixin', 'long_1', NOW(), NOW(), ${first})`);
  const { page } = await arriveAt('#users?q=Long', admin);
  await lists(page, 'id', [first, second]);
  await page.locator(`a[href="#users/${first}"]`).first().click();
  await isShowing(page, 'user');
  await field(page, 'nickname').fill('Long, changed');
  await page.locator('#save').click();
  await says(page, '已保存');
  assert.equal(await sql("SELECT GROUP_CONCAT(nickname ORDER BY id SEPARATOR '; ') FROM user_user WHERE username LIKE 'long%'"),
    'Long, changed; Long 2', 'the nicknames');
  const { page: identities } = await arriveAt('#oauths?q=long', admin);
  await lists(identities, 'id', [first]);
  await lists(identities, 'user', [first]);
});

await end();
