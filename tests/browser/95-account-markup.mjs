// Whatever people, browsers and providers are called: on the account page it is text.
import assert from 'node:assert/strict';
import { arriveAtAccount, buttonOf, isReady, logInBefore, says, startOver } from './account.mjs';
import { makeIdentity } from './admin.mjs';
import { end, it, SITE, sql, WEIXIN } from './browser.mjs';

const RTL = '\u202E'; // all that follows reads from right to left
const MARKUP = ['<img src=x onerror=alert(1)>', '"><script>alert(2)</script>', '{{x}}', 'javascript:alert(3)',
  "'><svg onload=alert(4)>", `user${RTL}gnp.exe`];

// Whatever a page opens, or asks others than this site and WeChat's pictures for.
function watch({ context }) {
  const seen = [];
  context.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  context.on('request', (request) => {
    if (![SITE, WEIXIN, `blob:${SITE}`].some((origin) => request.url().startsWith(`${origin}/`))) seen.push(request.url());
  });
  return seen;
}
const noElements = async (page) => assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll(
  'main script, svg, iframe, img[src="x"], [onerror], [onload], a[href^="javascript:" i]')]
  .map((element) => element.outerHTML)), [], 'elements that were made of text');
const quoted = (text) => `'${text.replace(/[\\']/g, '\\$&')}'`;

await startOver({ DEVICES: '9', CURRENT_CACHE_ENTRIES: '0' }); // what is changed below shows at once

await it('a person, a browser and an address with markup in them are text', async () => {
  const headers = MARKUP.filter((text) => !text.includes(RTL)); // those that a header can have
  for (const userAgent of headers) await logInBefore('李四', { userAgent });
  const me = await logInBefore('李四');
  for (const text of MARKUP) {
    const fields = ['nickname', 'username', 'avatar_url'].map((name) => `${name} = ${quoted(text)}`);
    await sql(`UPDATE user_user SET ${fields} WHERE id = ${me.id}`);
    const person = await arriveAtAccount(me);
    const seen = watch(person);
    const { page } = person;
    await page.route('**/user/sessions/', async (route) => { // no address has markup in it by itself
      const response = await route.fetch();
      const json = await response.json();
      for (const item of json.data.items) item.address = text;
      json.data.items[0].provider = text;
      await route.fulfill({ response, json });
    });
    await page.reload();
    await isReady(page);
    assert.equal(await page.locator('.person .name').textContent(), text);
    assert.equal(await page.locator('.person .quiet bdi').textContent(), text);
    assert.equal(await page.locator('main img').count(), 0, 'pictures');
    const agents = await page.locator('#devices li .name').evaluateAll((all) =>
      all.map((one) => [one.textContent, one.title]));
    for (const agent of headers) assert.ok(agents.some(([name, title]) => name === agent && title === agent), agent);
    assert.equal(await page.locator('#devices .more bdi').first().textContent(), text);
    assert.match(await page.locator('#devices li').first().innerText(), /，通过/);
    await noElements(page);
    await page.locator('#delete').click();
    assert.equal(await page.locator('dialog label span').textContent(), `请输入用户名 ${text} 确认`);
    await page.locator('#confirm-name').fill(text);
    assert.equal(await page.locator('#confirm-delete').isDisabled(), false);
    await noElements(page);
    await page.keyboard.press('Escape');
    assert.deepEqual(seen, []);
  }
});

await it('a provider and a browser with markup in them are text in what is asked and said', async () => {
  const [text] = MARKUP;
  await logInBefore('张三', { userAgent: text });
  const me = await logInBefore('张三');
  await makeIdentity(me.id, text, 'markup');
  const person = await arriveAtAccount(me);
  const seen = watch(person);
  const { page } = person;
  await buttonOf(page, 'identities', text).click();
  assert.equal(await page.locator('dialog h2').textContent(), `解绑「${text}」？`);
  await noElements(page);
  await page.locator('#confirm-unlink').click();
  await says(page, `「${text}」已解绑`);
  await isReady(page);
  await buttonOf(page, 'devices', text).click();
  await says(page, `${text} 已下线`);
  await noElements(page);
  assert.deepEqual(seen, []);
});

await end();
