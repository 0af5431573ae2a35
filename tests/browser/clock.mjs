// A page whose time the test turns, and what it asks meanwhile.
import { arrive, SITE } from './browser.mjs';
import { isIn, isPoll } from './login.mjs';

const TIMEOUT_MS = 20000; // for a request of the page's, at the least; what is shorter is a pause between two

// In front of a QR code, with a clock that stands still. `prepare` gets the person before the page is there.
export async function arriveWithClock({ prepare = () => {}, ...options } = {}) {
  const person = await arrive(options);
  const { page } = person;
  await page.clock.install({ time: 0 });
  await page.clock.pauseAt(1000);
  // Counts the pauses: before one has begun, turning the clock would not end it.
  await page.addInitScript((timeout) => {
    const start = window.setTimeout;
    window.pauses = [];
    window.setTimeout = (then, ms) => {
      if (ms < timeout) window.pauses.push(ms);
      return start(then, ms);
    };
  }, TIMEOUT_MS);
  await prepare(person);
  await page.goto(SITE);
  await isIn(page, 'waiting');
  return person;
}
export const pausedFor = (page, times) => page.waitForFunction((count) => window.pauses.length === count, times);
export const pauses = (page) => page.evaluate(() => window.pauses);

// How many polls there were, how many are under way, and the most at a time.
export function watchPolls(page) {
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

// Chromium without a window shows every page; so the page is told.
export const setHidden = (page, hidden) => page.evaluate((value) => {
  Object.defineProperty(document, 'hidden', { value, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}, hidden);
