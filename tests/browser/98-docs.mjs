// The page of the API: all that openapi.json says is on it, as text; how it looks; that it is found and opened by its address.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { comesTo } from './admin.mjs';
import { answerOnce, arrive, end, it, SITE } from './browser.mjs';
import { isReadable, LOOKS } from './looks.mjs';

const DOCS = `${SITE}/api/user/docs/`;
const SIZES = { phone: { width: 320, height: 640 }, desktop: { width: 1280, height: 800 } };
const OWN_TEXTS = 'h1, h3, button, label span, #status, #found, #version';
const description = JSON.parse(await readFile(fileURLToPath(new URL('../../docs/openapi.json', import.meta.url)), 'utf8'));
const calls = Object.keys(description.paths).flatMap((path) => Object.keys(description.paths[path])
  .map((method) => ({ method, path, ...description.paths[path][method] })));

const isIn = (page, state) => page.locator(`body[data-state="${state}"]`).waitFor();
async function open(options = {}, hash = '') {
  const person = await arrive(options);
  await person.page.goto(`${DOCS}${hash}`);
  await isIn(person.page, 'shown');
  return person;
}
const visible = (page) => page.locator('.operation:visible').count();

await it('every call is there, and behind it its parameters, its request and each of its replies', async () => {
  const { page } = await open();
  assert.equal(await visible(page), calls.length);
  assert.equal(await page.locator('#version').textContent(), `版本 ${description.info.version}`);
  await page.locator('#toggle').click();
  for (const { method, path, operationId, parameters = [], responses, requestBody } of calls) {
    const call = page.locator(`#${operationId}`);
    await call.locator('.inside').waitFor();
    assert.ok((await call.locator('summary').innerText()).includes(`${method.toUpperCase()} /api/user${path}`), path);
    assert.deepEqual(await call.locator('.code').allInnerTexts(), Object.keys(responses).sort(), `replies of ${operationId}`);
    assert.equal(await call.locator('dl:not(.headers) > dt').count(), parameters.length, `parameters of ${operationId}`);
    assert.equal(await call.locator('.inside > div > pre').count(), requestBody ? 1 : 0, `request of ${operationId}`);
  }
  const text = await page.locator('#current').innerText();
  for (const part of ['"nickname": string', '"code": 1001', '"missing" | "malformed"', 'IDTOKEN', 'WWW-Authenticate']) {
    assert.ok(text.includes(part), part);
  }
  assert.doesNotMatch(await page.locator('body').innerText(), /undefined|\[object|#\/components/);
  await page.locator('#toggle').click();
  assert.equal(await page.locator('.operation[open]').count(), 0);
});

await it('a filter leaves what matches; an address opens its call, and a call that is opened has one', async () => {
  const { page } = await open({}, '#mergeUser');
  await page.locator('#mergeUser .inside').waitFor();
  await page.locator('#filter').fill('SESSION');
  assert.equal(await visible(page), calls.filter(({ path, summary }) => /session/i.test(path + summary)).length);
  await page.locator('#filter').fill('nothing of the kind');
  assert.equal(await page.locator('#found').innerText(), '没有符合的接口');
  await page.locator('#filter').fill('');
  await page.locator('#keys summary').click();
  await comesTo('the address', `${DOCS}#keys`, () => page.url());
  await page.locator('#filter').focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('#listLogins .inside').waitFor();
});

await it('what is not there is told, and asked for again', async () => {
  const { page } = await arrive({ announced: [/openapi\.json: 404/] });
  await answerOnce(page, '**/openapi.json', 404, { code: 404, msg: '接口不存在' });
  await page.goto(DOCS);
  await isIn(page, 'unavailable');
  await page.locator('#retry').click();
  await isIn(page, 'shown');
});

await it('whatever a description says is text', async () => {
  const { page } = await arrive();
  const markup = '<img src=x onerror=alert(1)>`<script>alert(2)</script>`';
  await page.route('**/openapi.json', (route) => route.fulfill({ json: JSON.parse(
    JSON.stringify(description).replace(/("(?:description|summary|title|pattern)":)"(?:[^"\\]|\\.)*"/g, (_, name) => name + JSON.stringify(markup))) }));
  await page.goto(DOCS);
  await isIn(page, 'shown');
  await page.locator('#toggle').click();
  await page.locator('#authStaff .inside').waitFor();
  assert.equal(await page.locator('main img, main script').count(), 0);
});

for (const look of LOOKS) {
  await it(`it is readable, on a phone as well: ${look.locale}, ${look.colorScheme}`, async () => {
    const { page } = await open({ ...look, viewport: SIZES.desktop });
    const looksGood = (name, options) => isReadable(page, look, { name: `docs-${name}`, texts: OWN_TEXTS, line: 'h2', sizes: SIZES, ...options });
    await looksGood('closed');
    for (const id of ['pollWeixin', 'mergeUser', 'showUser']) {
      await page.locator(`#${id} summary`).click();
      await looksGood(id, { line: `#${id} .quiet`, at: `#${id}` });
    }
    await page.locator('#toggle').click();
    await looksGood('open', { line: 'pre' });
  });
}

await end();
