// What the page does as time goes by, on a clock that the test turns.
import assert from 'node:assert/strict';
import { deleteFromRedis, end, it } from './browser.mjs';
import { arriveWithClock, pausedFor, setHidden, watchPolls } from './clock.mjs';
import {
  answered, arriveAtQrcode, CODE_LIFE_MS, hold, holdNone, isIn, isLoggedIn, isPoll, pollUrl, scan, uuidOf, weixin,
} from './login.mjs';

// Where the server holds no poll: an older one, or one behind something that cuts long requests off.
const arrive = () => arriveWithClock({ prepare: holdNone });

await it('where polls are not held, it polls once a second', async () => {
  const { page } = await arrive();
  const polls = watchPolls(page);
  for (let second = 1; second <= 5; second += 1) {
    await pausedFor(page, second);
    await page.clock.runFor(999);
    assert.equal(polls.count, second - 1, `polls before ${second} s`);
    const reply = answered(page);
    await page.clock.runFor(1);
    await reply;
    assert.equal(polls.count, second, `polls after ${second} s`);
  }
});

await it('it never polls while a poll is under way', async () => {
  const { page } = await arrive();
  const polls = watchPolls(page);
  const release = await hold(page, pollUrl);
  await pausedFor(page, 1);
  const sent = page.waitForRequest(isPoll);
  await page.clock.runFor(1000);
  await sent;
  await page.clock.runFor(10000);
  const reply = answered(page);
  release();
  await reply;
  assert.deepEqual([polls.count, polls.most], [1, 1], 'polls in 11 s, and the most at a time');
});

await it('a page that nobody sees polls every 5 s, and at once when it is seen again', async () => {
  const { page } = await arrive();
  await pausedFor(page, 1);
  await setHidden(page, true);
  await page.clock.runFor(1000);
  await pausedFor(page, 2);
  const polls = watchPolls(page);
  await page.clock.runFor(4999);
  assert.equal(polls.count, 0, 'polls before 5 s');
  await page.clock.runFor(1);
  await pausedFor(page, 3);
  assert.equal(polls.count, 1, 'polls after 5 s');
  await setHidden(page, false);
  await pausedFor(page, 4);
  assert.equal(polls.count, 2, 'polls after it is seen again');
});

await it('a QR code that nobody scans expires, and then nothing is asked until there is a new one', async () => {
  const { page } = await arrive();
  await page.clock.fastForward(CODE_LIFE_MS);
  await isIn(page, 'expired');
  const polls = watchPolls(page);
  await page.clock.runFor(30000);
  assert.equal(polls.count, 0, 'polls after the end');
  await page.locator('#renew').click();
  await isIn(page, 'waiting');
  await page.clock.resume();
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
});

await it('a QR code that the server knows no more expires at the scan', async () => {
  const { page } = await arriveAtQrcode();
  await deleteFromRedis(`WeixinLogin:${await uuidOf(page)}`);
  await scan(page, '张三');
  await isIn(page, 'expired');
  await page.locator('#renew').click();
  await isIn(page, 'waiting');
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
});

await it('a QR code that WeChat lets expire is refreshed in its frame, and the login goes on', async () => {
  const { page } = await arriveAtQrcode();
  await weixin(page).locator('#expire').click();
  await weixin(page).locator('#refresh').click();
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
});

await end();
