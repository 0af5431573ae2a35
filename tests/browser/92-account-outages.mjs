// Endpoints that are down, replies that are slow or lost, and people who click twice: each part of the account page by
// itself.
import assert from 'node:assert/strict';
import { AGENTS, arriveAtAccount, buttonOf, focusedText, isAway, isReady, lists, logInBefore, names, says, startOver }
  from './account.mjs';
import { comesTo, ids, makeIdentity } from './admin.mjs';
import { arrive, end, it, once, SITE, startAgain, stop } from './browser.mjs';
import { hold } from './login.mjs';

const HOUR_MS = 3600000;
const DOWN = '服务暂不可用';
const PARTS = { profile: 'current', identities: 'identities', devices: 'sessions' };
const [EDGE, SAFARI, FIREFOX] = Object.keys(AGENTS);
const fault = (page, part) => page.locator(`#${part} .content .bad`);
const retry = (page, part) => page.locator(`#${part} .retry`);

let me;
const logInOn = (device) => logInBefore('张三', { userAgent: AGENTS[device] });
const arriveAsMe = (announced = []) => arriveAtAccount(me, { userAgent: AGENTS[EDGE], announced });
const requestsFor = (page, method) => {
  const seen = [];
  page.on('request', (request) => { if (request.method() === method) seen.push(new URL(request.url()).pathname); });
  return seen;
};

await startOver({ DEVICES: '6' });
await it('there is somebody on two devices', async () => {
  await logInOn(SAFARI);
  me = await logInOn(EDGE);
});

for (const [part, program] of Object.entries(PARTS)) {
  await it(`${program} is down: its part says so, the others show, and it is there after another try`, async () => {
    await stop(program);
    const { page } = await arriveAsMe([/: 503$/]);
    assert.equal(await fault(page, part).innerText(), DOWN);
    for (const other of Object.keys(PARTS)) if (other !== part) assert.equal(await fault(page, other).count(), 0, other);
    await retry(page, part).click();
    await isReady(page);
    assert.equal(await fault(page, part).innerText(), DOWN);
    await startAgain();
    await retry(page, part).focus();
    await page.keyboard.press('Enter');
    await page.locator(`#${part} .name`).first().waitFor();
    assert.equal(await focusedText(page), await page.locator(`#${part} h2`).innerText(), 'what has the focus');
  });
}

await it('sessions is down while a device is ended: it is said, and the button works once it is up', async () => {
  const { page } = await arriveAsMe([/: 503$/]);
  await stop('sessions');
  await buttonOf(page, 'devices', SAFARI).click();
  await says(page, `${DOWN}，请稍后再试一次`);
  assert.deepEqual(await names(page, 'devices'), [EDGE, SAFARI]);
  await startAgain();
  await buttonOf(page, 'devices', SAFARI).click();
  await says(page, `${SAFARI} 已下线`);
  await lists(page, 'devices', [EDGE]);
});

await it('logout is down: one is told, and is still logged in', async () => {
  const { page } = await arriveAsMe([/logout\/: 503$/]);
  await stop('logout');
  await page.locator('#logout').click();
  await says(page, '暂时无法退出，请稍后再试一次');
  await startAgain();
  await page.reload();
  await isReady(page);
});

await it('without a network it is said so, for each part and each action', async () => {
  const { page } = await arriveAsMe([/ERR_INTERNET_DISCONNECTED/]);
  await page.context().setOffline(true);
  await page.locator('#export').click();
  await says(page, '网络不通，或服务没有回应，请稍后再试一次');
  await page.context().setOffline(false);
});

await it('while a reply takes its time the page says that it waits', async () => {
  const { page } = await arrive({ storageState: me.stored });
  const releases = [];
  for (const program of ['current', 'identities', 'sessions']) releases.push(await hold(page, `**/user/${program}/`));
  await page.goto(`${SITE}/account/`);
  await page.locator('#starting').waitFor();
  releases[0]();
  for (const part of ['identities', 'devices']) await page.locator(`#${part} .loading`).waitFor();
  assert.equal(await page.locator('#devices .content').getAttribute('aria-busy'), 'true');
  for (const release of releases) release();
  await isReady(page);
  assert.equal(await page.locator('.loading:visible').count(), 0, 'parts that still wait');
});

await it('a second click on a button that is at work is none', async () => {
  await logInOn(SAFARI);
  const { page } = await arriveAsMe();
  const asked = requestsFor(page, 'DELETE');
  const release = await hold(page, '**/user/sessions/*/');
  const button = buttonOf(page, 'devices', SAFARI);
  await button.click();
  for (let more = 0; more < 3; more += 1) await button.click({ force: true });
  release();
  await says(page, `${SAFARI} 已下线`);
  assert.equal(asked.length, 1, 'requests');
});

await it('a double click ends one device, not the next one that moves up there as well', async () => {
  for (const device of [SAFARI, FIREFOX]) await logInOn(device);
  const { page } = await arriveAtAccount(me, { userAgent: AGENTS[EDGE], clock: true });
  await page.clock.pauseAt(Date.now() + HOUR_MS); // the second click comes at once, however slow the machine
  await lists(page, 'devices', [EDGE, FIREFOX, SAFARI]);
  const asked = requestsFor(page, 'DELETE');
  await buttonOf(page, 'devices', FIREFOX).scrollIntoViewIfNeeded();
  const { x, y, width, height } = await buttonOf(page, 'devices', FIREFOX).boundingBox();
  const there = [x + width / 2, y + height / 2];
  await page.mouse.click(...there);
  await lists(page, 'devices', [EDGE, SAFARI]);
  assert.equal(await page.evaluate(([left, top]) => document.elementFromPoint(left, top).getAttribute('aria-label'), there),
    `下线 ${SAFARI}, 127.0.0.1`, 'what is where the first click was');
  await page.mouse.click(...there);
  await page.keyboard.press('Enter');
  await page.evaluate(() => fetch('/')); // by its reply a request of before would have been seen
  assert.equal(asked.length, 1, 'requests');
  await page.clock.fastForward(500);
  await page.mouse.click(...there);
  await lists(page, 'devices', [EDGE]);
  await logInOn(SAFARI);
});

await it('what had ended elsewhere is ended, whoever ended it', async () => {
  const { page } = await arriveAsMe([/sessions\/\w+\/: 404/]);
  const other = await arriveAsMe();
  await buttonOf(other.page, 'devices', SAFARI).click();
  await lists(other.page, 'devices', [EDGE]);
  await buttonOf(page, 'devices', SAFARI).click();
  await says(page, `${SAFARI} 已下线`);
  await lists(page, 'devices', [EDGE]);
});

await it('the reply to an unlinking is lost: another try finds it done', async () => {
  await makeIdentity(me.id, 'github', 'lost');
  const { page } = await arriveAsMe([/ERR_CONNECTION_RESET/, /identities\/\d+\/: 404/]);
  await once(page, '**/user/identities/*/', async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  });
  const unlink = async () => {
    await buttonOf(page, 'identities', 'github').click();
    await page.locator('#confirm-unlink').click();
  };
  await once(page, '**/user/identities/', (route) => route.abort('connectionreset'));
  await unlink();
  await says(page, '网络不通，或服务没有回应，请稍后再试一次');
  assert.equal((await ids(`user_oauth WHERE user_id = ${me.id}`)).length, 2, 'identities');
  await retry(page, 'identities').click();
  await lists(page, 'identities', ['微信']);
});

await it('the end of the session in the midst of an action is told', async () => {
  const { page } = await arriveAsMe([/: 401$/]);
  await page.evaluate(() => fetch('/api/user/logout/', { method: 'POST',
    headers: { IDTOKEN: localStorage.getItem('scanlogin.token') ?? '' } }));
  await page.locator('#export').click();
  assert.equal(await isAway(page), '已退出登录');
  await comesTo('what is said', '', () => page.locator('#status').innerText());
});

await end();
