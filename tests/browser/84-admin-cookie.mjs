// The admin page with TOKEN_COOKIE: it works by the cookie, and ends one session of several.
import assert from 'node:assert/strict';
import { ADMIN, arriveAt, cells, column, comesTo, field, isShowing, lists, logIn, makeAdmin, makeUser, says, userIs } from './admin.mjs';
import { end, focused, it, restartWith, SITE, tabTo } from './browser.mjs';
import { arriveAtQrcode, COOKIE, isIn, isLoggedIn, scan } from './login.mjs';

const TWO_AGENTS = ['One/1.0', 'Two/2.0'];
const BEFORE = { nickname: '前', phone_number: '1', gender: '男', is_active: 1, is_staff: 0 };
const endButton = (page, agent) => page.locator('.sessions tr', { hasText: agent }).locator('button.end');
const agents = (page) => column(page, 'user_agent', '.sessions tr');
const isLoggedInAt = ({ page }) => page.evaluate(async () => (await fetch('/api/user/current/')).ok);

let admin;
let user;
const onTwoDevices = async () => {
  const [one, two] = [await logIn('李四', { userAgent: TWO_AGENTS[0] }), await logIn('李四', { userAgent: TWO_AGENTS[1] })];
  user = one.id;
  return [one, two];
};

await it('people log in, on two devices as well', async () => {
  await restartWith({ TOKEN_COOKIE: COOKIE, DEVICES: '2' });
  admin = await makeAdmin('张三');
  await onTwoDevices();
});

await it('an admin reads, changes, undoes and saves lists by the cookie alone', async () => {
  const id = await makeUser({ ...BEFORE, username: 'by-cookie' });
  const { page } = await arriveAt('#users?q=by-cookie', admin);
  await lists(page, 'id', [id]);
  await Promise.all([page.waitForEvent('download'), page.locator('#csv').click()]);
  await cells(page, 'username').getByRole('link').click();
  await isShowing(page, 'user');
  await field(page, 'nickname').fill('后');
  await page.locator('#save').click();
  await says(page, '已保存');
  await userIs(id, { ...BEFORE, nickname: '后' });
  await page.locator('#undo').click();
  await says(page, '已撤销');
  await page.locator('#delete').click();
  await page.locator('#confirm-name').fill('by-cookie');
  await page.locator('#confirm-delete').click();
  await userIs(id, null);
  assert.equal(await page.evaluate(() => JSON.stringify(localStorage)), '{}', 'what is in localStorage');
});

await it('sessions: since when, last seen, how; one is ended, and the other goes on', async () => {
  const [one, two] = await onTwoDevices();
  const { page } = await arriveAt(`#users/${user}`, admin);
  assert.deepEqual(await agents(page), [...TWO_AGENTS].reverse());
  assert.deepEqual(await column(page, 'provider', '.sessions tr'), ['微信扫码', '微信扫码']);
  for (const key of ['began', 'seen']) {
    for (const text of await column(page, key, '.sessions tr')) assert.match(text, /\d{2}:\d{2}:\d{2}/, key);
  }
  assert.match(await endButton(page, TWO_AGENTS[0]).getAttribute('aria-label'), /^下线 127\.0\.0\.1 One/);
  await endButton(page, TWO_AGENTS[0]).click();
  await says(page, '已下线');
  await comesTo('the sessions', [TWO_AGENTS[1]], () => agents(page));
  assert.notEqual(await focused(page), 'BODY', 'what has the focus');
  assert.equal((await column(page, 'action', '.history tr'))[0], '下线', 'the newest in the history');
  assert.deepEqual([await isLoggedInAt(one), await isLoggedInAt(two)], [false, true]);
});

await it('a session that somebody else has ended meanwhile has ended', async () => {
  await onTwoDevices();
  const announced = [/DELETE .*sessions\/[0-9a-f]{32}\/: 404/];
  const [early, late] = [await arriveAt(`#users/${user}`, admin), await arriveAt(`#users/${user}`, admin, { announced })];
  for (const { page } of [early, late]) {
    await endButton(page, TWO_AGENTS[0]).click();
    await says(page, '已下线');
    await comesTo('the sessions', [TWO_AGENTS[1]], () => agents(page));
  }
});

await it('by keyboard: the button is reached, seen and pressed', async () => {
  await onTwoDevices();
  const { page } = await arriveAt(`#users/${user}`, admin);
  await tabTo(page, endButton(page, TWO_AGENTS[1]), 'the button');
  await page.keyboard.press('Enter');
  await comesTo('the sessions', [TWO_AGENTS[0]], () => agents(page));
  assert.equal(await focused(page), 'H3', 'what has the focus');
});

await it('a session from before the upgrade shows what is known of it', async () => {
  const { page } = await arriveAt('#users', admin);
  await page.route(`**/admin/users/${user}/`, async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    for (const session of json.data.sessions) Object.assign(session, { seen: null, provider: null });
    await route.fulfill({ response, json });
  });
  await page.goto(`${ADMIN}#users/${user}`);
  await isShowing(page, 'user');
  assert.deepEqual(await column(page, 'seen', '.sessions tr'), ['--']);
  assert.deepEqual(await column(page, 'provider', '.sessions tr'), ['--']);
});

await it('who ends the session they are in logs in again, and comes back to where they were', async () => {
  const person = await logIn('张三', { userAgent: 'Mine/1.0', announced: [/admin\/users\/\d+\/: 401/, /user\/current\/: 401/] });
  const { page } = person;
  await page.goto(`${ADMIN}#users/${admin.id}`);
  await isShowing(page, 'user');
  await endButton(page, 'Mine/1.0').click();
  await isShowing(page, 'login');
  await page.locator('#login-link').click();
  await isIn(page, 'logged-out');
  assert.match(await page.locator('#state').textContent(), /管理员/);
  await page.locator('#renew').click();
  await isIn(page, 'waiting');
  await scan(page, '张三');
  await page.waitForURL(`${ADMIN}#users/${admin.id}`);
  await isShowing(page, 'user');
});

await it('a logout in another tab turns the admin away at once, a login there lets them in', async () => {
  const { context, page } = await arriveAtQrcode({ announced: [/admin\/users\/.*: 401/] });
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
  const other = await context.newPage();
  await other.goto(`${ADMIN}#users`);
  await isShowing(other, 'users');
  await page.locator('#logout').click();
  await isIn(page, 'logged-out');
  await isShowing(other, 'login');
  assert.equal(await other.locator('#view tbody tr').count(), 0, 'rows that are shown');
  await page.locator('#renew').click();
  await isIn(page, 'waiting');
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
  await isShowing(other, 'users');
});

await end();
