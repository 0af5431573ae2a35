// What the page does as time goes by, on a clock that the test turns.
import assert from 'node:assert/strict';
import { arrive, deleteFromRedis, end, it, SITE } from './browser.mjs';
import {
  answered, arriveAtQrcode, CODE_LIFE_MS, hold, isIn, isLoggedIn, isPoll, pollUrl, scan, uuidOf, weixin,
} from './login.mjs';

const TIMEOUT_MS = 20000; // for a request of the page's; what is shorter is a pause between two

// In front of a QR code, with a clock that stands still.
async function arriveWithClock() {
  const person = await arrive();
  const { page } = person;
  await page.clock.install({ time: 0 });
  await page.clock.pauseAt(1000);
  // Counts the pauses: before one has begun, turning the clock would not end it.
  await page.addInitScript((timeout) => {
    const start = window.setTimeout;
    window.pauses = 0;
    window.setTimeout = (then, ms) => {
      if (ms < timeout) window.pauses += 1;
      return start(then, ms);
    };
  }, TIMEOUT_MS);
  await page.goto(SITE);
  await isIn(page, 'waiting');
  return person;
}
const pausedFor = (page, times) => page.waitForFunction((count) => window.pauses === count, times);

// How many polls there were, and the most at a time.
function watchPolls(page) {
  const polls = { count: 0, open: 0, most: 0 };
  page.on('request', (request) => {
    if (!isPoll(request)) return;
    polls.count += 1;
    polls.open += 1;
    polls.most = Math.max(polls.most, polls.open);
  });
  const done = (request) => { if (isPoll(request)) polls.open -= 1; };
  page.on('requestfinished', done);
  page.on('requestfailed', done);
  return polls;
}

await it('it polls once a second', async () => {
  const { page } = await arriveWithClock();
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
  const { page } = await arriveWithClock();
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

// Chromium without a window shows every page; so the page is told.
const setHidden = (page, hidden) => page.evaluate((value) => {
  Object.defineProperty(document, 'hidden', { value, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}, hidden);

await it('a page that nobody sees polls every 5 s, and at once when it is seen again', async () => {
  const { page } = await arriveWithClock();
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
  const { page } = await arriveWithClock();
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
