// Whatever people are called, and whatever their browsers are: on the admin page it is text.
import assert from 'node:assert/strict';
import { ADMIN, arriveAt, cells, column, field, isShowing, lists, logIn, makeAdmin, makeAudit, makeIdentity, makeUser,
  says } from './admin.mjs';
import { end, it, SITE, WEIXIN } from './browser.mjs';

const RTL = '\u202E'; // all that follows reads from right to left
const MARKUP = ['<img src=x onerror=alert(1)>', '"><script>alert(2)</script>', '{{x}}', 'javascript:alert(3)',
  "'><svg onload=alert(4)>", `user${RTL}gnp.exe`];

let admin;
const hostile = []; // {id, text} of a user in whose fields there is nothing but the text

// Whatever a page opens, or asks others than this site and WeChat's pictures for.
function watch({ context }) {
  const seen = [];
  context.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  context.on('request', (request) => {
    if (![SITE, WEIXIN].some((origin) => request.url().startsWith(`${origin}/`))) seen.push(request.url());
  });
  return seen;
}
const noElements = async (page) => assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll(
  ':is(#view, dialog) :is(script, svg, iframe, img[src="x"], [onerror], [onload], a[href^="javascript:" i])')]
  .map((element) => element.outerHTML)), [], 'elements that were made of text');

await it('there are users with markup in every field', async () => {
  admin = await makeAdmin('张三');
  for (const text of MARKUP) {
    const id = await makeUser({ username: text, nickname: text, phone_number: text, gender: text, avatar_url: text,
      date_joined: '2001-01-01' });
    await makeIdentity(id, 'weixin', text);
    await makeAudit({ user_id: id, action: text.slice(0, 20), actor_name: text, address: text, user_agent: text,
      detail: JSON.stringify({ nickname: [text, text], [text]: text }) });
    hostile.push({ id, text });
  }
});

await it('in the lists it is text', async () => {
  const person = await arriveAt('#users?date_joined__lt=2001-12-31', admin);
  const { page } = person;
  const seen = watch(person);
  await page.reload();
  await lists(page, 'id', hostile.map(({ id }) => id));
  for (const key of ['username', 'nickname', 'phone_number', 'gender']) assert.deepEqual(await column(page, key), MARKUP, key);
  assert.equal(await page.locator('#view img').count(), 0, 'pictures');
  await noElements(page);
  await page.goto(`${ADMIN}#oauths`);
  await isShowing(page, 'oauths');
  assert.deepEqual((await column(page, 'oauth_id')).slice(-MARKUP.length), MARKUP);
  await noElements(page);
  await page.goto(`${ADMIN}#audit`);
  await isShowing(page, 'audit');
  for (const key of ['actor', 'address', 'user_agent']) {
    assert.deepEqual((await column(page, key)).slice(0, MARKUP.length), [...MARKUP].reverse(), key);
  }
  assert.deepEqual((await column(page, 'detail')).slice(0, MARKUP.length),
    MARKUP.map((text) => `昵称 ${text} → ${text}${text} ${text}`).reverse());
  await noElements(page);
  assert.deepEqual(seen, []);
});

await it('in one user, in what changes and in the dialogs it is text', async () => {
  const person = await arriveAt('#users', admin, { announced: [/oauths\/\d+\/: 409/] });
  const { page } = person;
  const seen = watch(person);
  for (const { id, text } of hostile) {
    await page.goto(`${ADMIN}#users/${id}`);
    await page.locator('h2', { hasText: text }).waitFor();
    assert.equal(await page.locator('h2').textContent(), text);
    for (const name of ['nickname', 'phone_number', 'gender']) assert.equal(await field(page, name).inputValue(), text, name);
    assert.equal(await page.locator('.facts dd').nth(1).textContent(), text);
    assert.deepEqual(await column(page, 'oauth_id', '.identities tr'), [text]);
    for (const key of ['actor', 'address', 'user_agent']) assert.deepEqual(await column(page, key, '.history tr'), [text], key);
    await field(page, 'nickname').fill(`${text}!`);
    assert.equal(await page.locator('#changes li').textContent(), `昵称 ${text} → ${text}!`);
    await noElements(page);

    await page.locator('.unlink').click();
    assert.equal(await page.locator('dialog code').textContent(), text);
    await noElements(page);
    await page.keyboard.press('Escape');
    await page.locator('#delete').click();
    assert.equal(await page.locator('dialog h2').textContent(), `删除 ${text}？`);
    assert.equal(await page.locator('dialog label span').textContent(), `请输入用户名 ${text} 确认`);
    await page.locator('#confirm-name').fill(text);
    assert.equal(await page.locator('#confirm-delete').isDisabled(), false);
    await noElements(page);
    await page.keyboard.press('Escape');
    await page.locator('#discard').click();
  }
  assert.deepEqual(seen, []);
});

await it('as the name of a browser it is text in sessions and history', async () => {
  const [userAgent] = MARKUP;
  const { id } = await logIn('李四', { userAgent });
  const person = await arriveAt(`#users/${id}`, admin);
  for (const rows of ['.sessions tr', '.history tr']) {
    assert.equal(await cells(person.page, 'user_agent', rows).first().textContent(), userAgent, rows);
  }
  await noElements(person.page);
});

// Where a text within the element stands: the further on, the greater; lines count before columns.
const placeOf = (element, text) => element.evaluate((root, part) => {
  const nodes = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const at = nodes.currentNode.data.indexOf(part);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(nodes.currentNode, at);
    range.setEnd(nodes.currentNode, at + part.length);
    const { x, y } = range.getBoundingClientRect();
    return Math.round(y) * 10000 + x;
  }
  throw new Error(`no ${part} in ${root.textContent}`);
}, text);

await it('a name that turns the direction of the text turns its own alone', async () => {
  const id = await makeUser({ username: `a${RTL}bc`, nickname: `a${RTL}bc` });
  const { page } = await arriveAt(`#users/${id}`, admin);
  const inOrder = async (where, first, second) => {
    const [former, latter] = [await placeOf(page.locator(where), first), await placeOf(page.locator(where), second)];
    assert.ok(former < latter, `${where}: ${first} at ${former}, ${second} at ${latter}`);
  };
  await field(page, 'nickname').fill('new');
  await inOrder('#changes li', 'bc', 'new');
  await page.locator('#save').click();
  await says(page, '已保存');
  await inOrder('.history li', 'bc', 'new');
  await page.locator('#delete').click();
  await inOrder('dialog h2', 'bc', '？');
  await inOrder('dialog label span', 'bc', '确认');
});

await end();
