// The login page and the account page in the browsers they are promised to, back to early 2020: each function that came
// later is taken away.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { AGENTS, arriveAtAccount, buttonOf, isAway, isReady, lists, logInBefore, startOver } from './account.mjs';
import { comesTo, ids, makeIdentity } from './admin.mjs';
import { arrive, end, it, restartWith, SITE, sql } from './browser.mjs';
import { beginUrl, COOKIE, isIn, isLoggedIn, scan, tokenOf } from './login.mjs';

const [MINE, OTHER] = Object.keys(AGENTS);
const acorn = createRequire(new URL('../../build/browser/', import.meta.url))('acorn');
const file = (name) => readFile(new URL(`../../templates/${name}`, import.meta.url), 'utf8');

async function modulesIn(...folders) {
  const all = await Promise.all(folders.map(async (folder) =>
    (await readdir(new URL(`../../templates/${folder}/`, import.meta.url))).map((name) => `${folder}/${name}`)));
  return all.flat().filter((name) => name.endsWith('.js'));
}

// What Chrome 80, Firefox 74 or Safari 13.1 lacks: by its name, what takes it away. Each runs in the page, by itself.
const LATER = {
  'AbortSignal.timeout': () => { delete AbortSignal.timeout; },
  'AbortSignal.any': () => { delete AbortSignal.any; },
  'AbortSignal.abort and reasons': () => {
    delete AbortSignal.abort;
    delete AbortSignal.prototype.reason;
    delete AbortSignal.prototype.throwIfAborted;
  },
  "addEventListener's signal": () => {
    const add = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (type, listener, options) {
      const { signal, ...known } = Object(options);
      return add.call(this, type, listener, typeof options === 'object' ? known : options);
    };
  },
  'navigator.locks': () => { delete Navigator.prototype.locks; },
  replaceChildren: () => {
    for (const { prototype } of [Element, Document, DocumentFragment]) delete prototype.replaceChildren;
  },
  '.at()': () => { for (const { prototype } of [Array, String, Object.getPrototypeOf(Int8Array)]) delete prototype.at; },
  'findLast and the copying methods': () => {
    for (const name of ['findLast', 'findLastIndex', 'toReversed', 'toSorted', 'toSpliced', 'with']) delete Array.prototype[name];
  },
  replaceAll: () => { delete String.prototype.replaceAll; },
  'Object.hasOwn and groupBy': () => {
    delete Object.hasOwn;
    delete Object.groupBy;
  },
  'Promise.any and withResolvers': () => {
    delete Promise.any;
    delete Promise.withResolvers;
  },
  WeakRef: () => { delete window.WeakRef; },
  'crypto.randomUUID': () => { delete Crypto.prototype.randomUUID; },
  '<dialog>': () => { for (const name of ['showModal', 'show', 'close']) delete HTMLDialogElement.prototype[name]; },
  structuredClone: () => { delete window.structuredClone; },
  'URL.canParse and parse': () => {
    delete URL.canParse;
    delete URL.parse;
  },
  'Response.json and bytes': () => {
    delete Response.json;
    delete Response.prototype.bytes;
  },
  'scheduler and navigation': () => {
    delete window.scheduler;
    delete window.navigation;
  },
};

async function wholeLogin(without) {
  const { context, page } = await arrive({ announced: [/user\/current\/: 401/] });
  for (const take of without) await context.addInitScript(take);
  await page.goto(SITE);
  await isIn(page, 'waiting');
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
  await page.reload();
  await isLoggedIn(page, '张三');
  await page.locator('#logout').click();
  await isIn(page, 'logged-out');
  await page.locator('#renew').click();
  await isIn(page, 'waiting');
  await page.evaluate(() => localStorage.setItem('scanlogin.token', 'dead'));
  await page.reload();
  await isIn(page, 'logged-out');
  assert.equal(await tokenOf(page), null, 'the token');
}

await it('its modules are ES2020', async () => {
  for (const name of await modulesIn('login', 'account', 'docs', 'shared')) {
    const source = await file(name);
    try {
      acorn.parse(source, { ecmaVersion: 2020, sourceType: 'module' });
    } catch ({ message, loc }) {
      assert.fail(`${name}:${loc?.line}: ${message}`);
    }
  }
});

await it('nothing is laid out by what came later to CSS', async () => {
  const LATER_CSS = new RegExp([':(is|where|has)\\(', '\\binset\\b', 'aspect-ratio', '\\d[dls]v[hwib]\\b', '@(layer|container|property)',
    'overflow: clip', 'overflow-wrap: anywhere', 'color-mix', '(display: flex|inline-flex)[^}]*\\bgap:', '^\\s*&'].join('|'), 'm');
  for (const name of ['shared/base.css', 'login/login.css', 'account/account.css', 'docs/docs.css', 'wx-login-success.html', 'wx-login-refused.html']) {
    const [found] = LATER_CSS.exec((await file(name)).replace(/\/\*.*?\*\//gs, '')) ?? [];
    assert.equal(found, undefined, name);
  }
});

for (const [name, take] of Object.entries(LATER)) await it(`one logs in and out without ${name}`, () => wholeLogin([take]));
await it('one logs in and out without any of them', () => wholeLogin(Object.values(LATER)));

async function wholeAccount(without) {
  await startOver({ DEVICES: '2' });
  await logInBefore('张三', { userAgent: AGENTS[OTHER] });
  const me = await logInBefore('张三', { userAgent: AGENTS[MINE] });
  await makeIdentity(me.id, 'github', 'old');
  const { context, page } = await arriveAtAccount(me, { announced: [/(logout|current)\/: 401/] });
  for (const take of without) await context.addInitScript(take);
  await page.reload();
  await isReady(page);
  await buttonOf(page, 'devices', OTHER).click();
  await lists(page, 'devices', [MINE]);
  await Promise.all([page.waitForEvent('download'), page.locator('#export').click()]);

  await buttonOf(page, 'identities', 'github').click();
  await page.locator('#unlink').waitFor();
  assert.equal(await page.locator('#account').isVisible(), !without.includes(LATER['<dialog>']), 'the page behind the question');
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), '解绑「github」', 'what has the focus');
  await buttonOf(page, 'identities', 'github').click();
  await page.locator('#confirm-unlink').click();
  await lists(page, 'identities', ['微信']);

  await page.locator('#delete').click();
  await page.locator('#confirm-name').fill(await page.locator('.person .quiet bdi').textContent());
  await page.keyboard.press('Enter');
  assert.equal(await isAway(page), '账号已注销');
  assert.deepEqual(await ids(`user_user WHERE id = ${me.id}`), []);
}

await it('one manages and deletes an account with all of them', () => wholeAccount([]));
await it('one manages and deletes an account without <dialog>', () => wholeAccount([LATER['<dialog>']]));
await it('one manages and deletes an account without any of them', () => wholeAccount(Object.values(LATER)));

async function wholeLinking(without) {
  await startOver({ DEVICES: '2' });
  const me = await logInBefore('张三');
  await sql('DELETE FROM user_oauth');
  await makeIdentity(me.id, 'github', 'old');
  const { context, page } = await arriveAtAccount(me);
  for (const take of without) await context.addInitScript(take);
  await page.reload();
  await isReady(page);
  const dialogs = () => page.locator('dialog').count();
  await page.locator('#link button').click();
  await page.locator('#qrcode iframe').waitFor();
  assert.equal(await page.locator('#account').isVisible(), !without.includes(LATER['<dialog>']), 'the page behind the QR code');
  await page.locator('dialog').getByRole('button', { name: '取消' }).click();
  await comesTo('dialogs', 0, dialogs);
  await isReady(page);
  await page.locator('#link button').click();
  await scan(page, '张三');
  await lists(page, 'identities', ['github', '微信']);
  assert.equal(await dialogs(), 0, 'dialogs');
}

await it('one links WeChat with all of them', () => wholeLinking([]));
await it('one links WeChat without <dialog>', () => wholeLinking([LATER['<dialog>']]));
await it('one links WeChat without any of them', () => wholeLinking(Object.values(LATER)));

for (const token of [null, 'of somebody']) {
  await it(`a fault of the page itself is seen, and is no state of the service: token ${token}`, async () => {
    const { context, page } = await arrive({ announced: [/Request is not defined/] });
    await context.addInitScript((stored) => {
      if (stored) localStorage.setItem('scanlogin.token', stored);
      delete window.Request;
    }, token);
    const fault = context.waitForEvent('weberror');
    await page.goto(SITE);
    assert.match((await fault).error().message, /Request/);
    await isIn(page, 'starting');
  });
}

await it('a callback without a host is on the host of the page', async () => {
  const { page } = await arrive();
  await page.route(beginUrl, async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    json.data.redirect_uri = new URL(json.data.redirect_uri).pathname;
    await route.fulfill({ response, json });
  });
  await page.goto(SITE);
  await isIn(page, 'waiting');
  await scan(page, '张三');
  await isLoggedIn(page, '张三');
});

await it('with a cookie, too, one logs in and out without any of them', async () => {
  await restartWith({ TOKEN_COOKIE: COOKIE });
  await wholeLogin(Object.values(LATER));
});

await it('what is no token is none', async () => {
  const { context, page } = await arrive();
  await context.addInitScript(() => localStorage.setItem('scanlogin.token', '登录'));
  await page.goto(SITE);
  await isIn(page, 'waiting');
});

await end();
