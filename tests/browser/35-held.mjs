// The page has the server hold its polls, and asks each second instead where something in front cuts long requests off.
import assert from 'node:assert/strict';
import { arrive, end, it, restart, SITE, startAgain, stop } from './browser.mjs';
import { arriveWithClock, pausedFor, pauses, setHidden, watchPolls } from './clock.mjs';
import {
  answered, arriveAtQrcode, CODE_LIFE_MS, heldUrl, hold, isHeld, isIn, isLoggedIn, isPoll, NOTHING_SCANNED, pollUrl, scan,
} from './login.mjs';

const HOLD_S = 25;
const LIMIT_MS = (HOLD_S + 20) * 1000; // when the page gives a held poll up
const BUSY = { code: 'service-unavailable', msg: '服务暂不可用，请稍后再试' }; // nginx's, when the endpoint is not there
const CUTS = {
  'with a page of its own': (route) => route.fulfill({ status: 504, contentType: 'text/html', body: '<h1>504 Gateway Time-out</h1>' }),
  'by closing the connection': (route) => route.abort('connectionreset'),
  'with an empty reply': (route) => route.fulfill({ status: 200, body: '' }),
};
const CUT_FAULTS = [/GET .*wait=\d+: (504|net::ERR_CONNECTION_RESET)/];

// The test stands where the server holds polls: each one waits for it in `next`, with how long it may be held.
async function holdPolls({ page }) {
  const come = [];
  const wanted = [];
  const meet = () => { while (come.length && wanted.length) wanted.shift()(come.shift()); };
  await page.route(heldUrl, (route) => {
    come.push({ route, seconds: Number(new URL(route.request().url()).searchParams.get('wait')) });
    meet();
  });
  return { next: () => new Promise((resolve) => { wanted.push(resolve); meet(); }) };
}
const sayNothing = ({ route }) => route.fulfill({ json: NOTHING_SCANNED });

// In front of a QR code, with a clock that stands still; `person.polls` counts, and `person.held` is holdPolls's.
async function arriveHeld(options) {
  const person = await arriveWithClock({ prepare: async (somebody) => { somebody.held = await holdPolls(somebody); }, ...options });
  person.polls = watchPolls(person.page);
  person.paused = 1; // behind the first poll
  await pausedFor(person.page, 1);
  return person;
}
// Turns the clock until the pause is over, and one poll is under way.
async function nextHeld(person) {
  const next = person.held.next();
  await person.page.clock.runFor(1000);
  return next;
}
// Turns it over a pause, to the answer of the poll behind that, which is no held one.
async function nextPlain(person) {
  const { page } = person;
  const reply = answered(page);
  await page.clock.runFor(1000);
  const request = await reply;
  await anotherPause(person);
  return isHeld(request) ? assert.fail(`a held poll: ${request.url()}`) : request;
}
async function anotherPause(person) {
  person.paused += 1;
  await pausedFor(person.page, person.paused);
}

// From now on, the states that the page has gone through.
async function watchStates(page) {
  await page.evaluate(() => {
    window.states = [];
    new MutationObserver(() => window.states.push(document.body.dataset.state))
      .observe(document.body, { attributeFilter: ['data-state'] });
  });
  return () => page.evaluate(() => window.states);
}

await it('while nobody scans, one request is under way and no other is sent', async () => {
  const person = await arriveHeld();
  const { page, polls } = person;
  for (let round = 1; round <= 3; round += 1) {
    const poll = await nextHeld(person);
    assert.equal(poll.seconds, HOLD_S, 'the seconds that it may be held');
    await page.clock.runFor(HOLD_S * 1000 - 1000);
    assert.deepEqual([polls.count, polls.open], [round, 1], 'polls, and those under way');
    await sayNothing(poll);
    await anotherPause(person);
  }
  assert.equal(polls.most, 1, 'the most at a time');
});

await it('held to the end, a poll is followed by the next at once', async () => {
  const person = await arriveHeld();
  const poll = await nextHeld(person);
  await person.page.clock.runFor(HOLD_S * 1000);
  await sayNothing(poll);
  await anotherPause(person);
  const next = person.held.next();
  await person.page.clock.runFor(1);
  await next;
});

await it('no poll is held for longer than the QR code lives', async () => {
  const person = await arriveHeld();
  const { page } = person;
  const next = person.held.next();
  await page.clock.fastForward(CODE_LIFE_MS - 9500); // during a pause
  const last = await next;
  assert.ok(last.seconds >= 8 && last.seconds <= 10, `the last one may be held for ${last.seconds} s`);
  await page.clock.runFor(last.seconds * 1000);
  await sayNothing(last);
  await isIn(page, 'expired');
});

for (const [how, cut] of Object.entries(CUTS)) {
  await it(`something in front ends long requests ${how}: it asks each second, and the person is told nothing`, async () => {
    const person = await arriveHeld({ announced: CUT_FAULTS });
    const { page, polls } = person;
    const states = await watchStates(page);
    for (let time = 1; time <= 2; time += 1) {
      const poll = await nextHeld(person);
      await page.clock.runFor(10000);
      await cut(poll.route);
      await anotherPause(person);
      await nextPlain(person);
    }
    for (let second = 1; second <= 5; second += 1) {
      const before = polls.count;
      await page.clock.runFor(999);
      assert.equal(polls.count, before, 'polls within a second of the last one');
      const reply = answered(page);
      await page.clock.runFor(1);
      assert.ok(!isHeld(await reply), 'it is not to be held');
      await anotherPause(person);
    }
    assert.deepEqual([await states(), polls.most], [[], 1], 'what the person was told, and the most polls at a time');
    await page.clock.resume();
    await scan(page, '张三');
    await isLoggedIn(page, '张三');
  });
}

await it('where a held poll breaks at once, it asks each second as well', async () => {
  const person = await arriveHeld({ announced: CUT_FAULTS });
  const { page } = person;
  for (let time = 1; time <= 2; time += 1) {
    const poll = await nextHeld(person);
    await poll.route.abort('connectionreset');
    await isIn(page, 'unavailable');
    await anotherPause(person);
    await nextPlain(person);
    await isIn(page, 'waiting');
  }
  for (let second = 1; second <= 3; second += 1) await nextPlain(person);
});

await it('a QR code that is renewed is tried with held polls again', async () => {
  const person = await arriveHeld({ announced: CUT_FAULTS });
  const { page } = person;
  for (let time = 1; time <= 2; time += 1) {
    const poll = await nextHeld(person);
    await page.clock.runFor(10000);
    await poll.route.abort('connectionreset');
    await anotherPause(person);
    await nextPlain(person);
  }
  await page.clock.fastForward(CODE_LIFE_MS);
  await isIn(page, 'expired');
  await page.locator('#renew').click();
  await isIn(page, 'waiting');
  await nextHeld(person);
});

await it('a restart that answers held polls early does not end them, and the pages come back one after another', async () => {
  const person = await arriveHeld();
  const { page, polls } = person;
  const RESTARTS = 8;
  for (let time = 1; time <= RESTARTS; time += 1) {
    const poll = await nextHeld(person);
    await page.clock.runFor(1000 + time);
    await sayNothing(poll);
    await anotherPause(person);
  }
  assert.equal(polls.count, RESTARTS, 'polls');
  const behind = (await pauses(page)).slice(1);
  assert.ok(behind.every((ms) => ms >= 0 && ms <= 1000), `pauses of a second at the most: ${behind}`);
  assert.ok(new Set(behind).size > 1, `pauses that differ: ${behind}`);
});

await it('... nor do connections that break once in a while', async () => {
  const person = await arriveHeld({ announced: CUT_FAULTS });
  const { page } = person;
  for (let time = 1; time <= 3; time += 1) {
    const broken = await nextHeld(person);
    await page.clock.runFor(5000);
    await broken.route.abort('connectionreset');
    await anotherPause(person);
    await nextPlain(person);
    const poll = await nextHeld(person);
    await page.clock.runFor(HOLD_S * 1000);
    await sayNothing(poll);
    await anotherPause(person);
  }
  await nextHeld(person);
});

await it('... nor does an outage, which the person is told of', async () => {
  const person = await arriveHeld({ announced: [...CUT_FAULTS, /GET .*uuid=\w+: (503|net::ERR_CONNECTION_REFUSED)/, /wait=\d+: 503/] });
  const { page } = person;
  const refuse = (route) => (heldUrl(new URL(route.request().url())) ? route.fallback() : route.abort('connectionrefused'));
  for (const end of [
    (route) => route.abort('connectionreset'),
    (route) => route.fulfill({ status: 503, json: BUSY }),
    (route) => route.abort('connectionreset'),
  ]) {
    const poll = await nextHeld(person);
    await page.clock.runFor(3000);
    await page.route(pollUrl, refuse);
    await end(poll.route);
    await anotherPause(person);
    const failed = page.waitForEvent('requestfailed', isPoll);
    await page.clock.runFor(1000);
    await failed;
    await isIn(page, 'unavailable');
    await anotherPause(person);
    await page.unroute(pollUrl, refuse);
    const reply = answered(page);
    await page.clock.runFor(8000);
    assert.ok(!isHeld(await reply), 'the poll that finds the service back is a plain one');
    await isIn(page, 'waiting');
    await anotherPause(person);
  }
  await nextHeld(person);
});

// Against the endpoint itself; `person.first` is their first held poll.
const prepare = (person) => { person.first = person.page.waitForRequest(isHeld); };

await it('the endpoint itself restarts: what it holds is answered, then held again, and the login goes on', async () => {
  const { page, first } = await arriveAtQrcode({ prepare });
  const states = await watchStates(page);
  const held = await first;
  const next = page.waitForRequest(isHeld);
  await restart('login-wx');
  assert.deepEqual(await (await held.response()).json(), NOTHING_SCANNED, 'the reply to the held poll');
  await next;
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
  assert.ok(!(await states()).includes('unavailable'), `the states: ${await states()}`);
});

await it('the endpoint itself is away for a while: held polls come back with it', async () => {
  const { page, first } = await arriveAtQrcode({ prepare, announced: [/GET .*uuid=.*: 503/] });
  await first;
  await stop('login-wx');
  await isIn(page, 'unavailable');
  const held = page.waitForRequest(isHeld);
  await startAgain();
  await held;
  await isIn(page, 'waiting');
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
});

await it('a server that knows no `wait` and answers at once is asked once a second', async () => {
  const person = await arriveHeld();
  const { page, polls } = person;
  for (let second = 1; second <= 5; second += 1) {
    await page.clock.runFor(999);
    assert.equal(polls.count, second - 1, `polls before ${second} s`);
    const next = person.held.next();
    await page.clock.runFor(1);
    await sayNothing(await next);
    await anotherPause(person);
  }
});

const WAKES = {
  'the network comes back': (page) => page.evaluate(() => dispatchEvent(new Event('online'))),
  'the page is seen again': async (page) => {
    await setHidden(page, true);
    await setHidden(page, false);
  },
};
for (const [when, happen] of Object.entries(WAKES)) {
  await it(`a held poll is given up and asked anew when ${when}`, async () => {
    const person = await arriveHeld();
    const { page } = person;
    await nextHeld(person);
    await page.clock.runFor(999);
    await happen(page);
    await page.clock.runFor(3001);
    assert.deepEqual([person.polls.count, person.polls.open], [1, 1], 'polls: one that was sent within the last second stays');
    const states = await watchStates(page);
    const givenUp = page.waitForEvent('requestfailed', isHeld);
    await happen(page);
    await givenUp;
    await anotherPause(person);
    const reply = answered(page);
    await page.clock.runFor(1);
    assert.ok(!isHeld(await reply), 'the next one answers at once');
    await anotherPause(person);
    await nextHeld(person);
    assert.deepEqual(await states(), [], 'what the person was told');
  });
}

await it('... which is no sign that something cuts them off', async () => {
  const person = await arriveHeld();
  const { page } = person;
  for (let time = 1; time <= 3; time += 1) {
    await nextHeld(person);
    await page.clock.runFor(4000);
    await WAKES['the network comes back'](page);
    await anotherPause(person);
    await nextPlain(person);
  }
  await nextHeld(person);
});

await it('a poll that is held when the QR code says "confirmed" is waited for', async () => {
  const person = await arriveHeld();
  const { page, polls } = person;
  const poll = await nextHeld(person);
  await page.clock.runFor(5000);
  await scan(page, '张三');
  await isIn(page, 'confirmed');
  await page.clock.runFor(3000);
  assert.deepEqual([polls.count, polls.open], [1, 1], 'polls, and those under way');
  await poll.route.continue();
  await isLoggedIn(page, '张三');
});

await it('a held poll goes on in a tab that nobody sees any more; the next ones are plain', async () => {
  const person = await arriveHeld();
  const { page, polls } = person;
  const poll = await nextHeld(person);
  await page.clock.runFor(2000);
  await setHidden(page, true);
  await page.clock.runFor(HOLD_S * 1000 - 2000);
  assert.deepEqual([polls.count, polls.open], [1, 1], 'polls, and those under way');
  await sayNothing(poll);
  await anotherPause(person);
  await page.clock.runFor(4999);
  assert.equal(polls.count, 1, 'polls within 5 s');
  const reply = answered(page);
  await page.clock.runFor(1);
  assert.ok(!isHeld(await reply), 'it answers at once');
});

await it('a held poll that nobody answers is given up after its time and that of every request', async () => {
  const person = await arriveHeld();
  const { page, polls } = person;
  const states = await watchStates(page);
  await nextHeld(person);
  await page.clock.runFor(LIMIT_MS - 2000);
  assert.equal(polls.open, 1, 'it is under way');
  const givenUp = page.waitForEvent('requestfailed', isHeld);
  await page.clock.runFor(2000);
  await givenUp;
  await anotherPause(person);
  await nextPlain(person);
  assert.deepEqual(await states(), [], 'what the person was told');
});

await it('stop() ends a held poll', async () => {
  const { page } = await arrive();
  await page.goto(`${SITE}/scanlogin.js`); // a document of the site's that has no login of its own
  const release = await hold(page, heldUrl);
  const held = page.waitForRequest(isHeld);
  await page.evaluate(async () => {
    const { startLogin } = await import('/scanlogin.js');
    document.body.innerHTML = '<div id="qrcode"></div>';
    window.login = startLogin({ container: 'qrcode' });
  });
  await held;
  const ended = page.waitForEvent('requestfailed', isHeld);
  await page.evaluate(() => window.login.stop());
  await ended;
  release();
});

await it('a scan answers the held poll of the endpoint itself, at once, and that logs in', async () => {
  const { page, first } = await arriveAtQrcode({ prepare });
  const held = await first;
  await scan(page, '张三');
  assert.match((await (await held.response()).json()).data.token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  await isLoggedIn(page, '张三');
});

await end();
