// How each view of the admin page looks: language, width, colours. With SCREENSHOTS=DIR the pictures are kept there.
import { ADMIN, arriveAt, field, isShowing, logIn, makeAdmin, makeAudit, makeIdentity, makeUser } from './admin.mjs';
import { answerOnce, arrive, end, it } from './browser.mjs';
import { isReadable, LOOKS } from './looks.mjs';

const SIZES = { phone: { width: 320, height: 640 }, desktop: { width: 1280, height: 800 } };
const OWN_TEXTS = 'h1, h3, #tabs a, label > span, th:not([data-key="id"]), button:not(.sort), .bar p, #status';

let admin;
let member;
let user;

await it('there is something to look at', async () => {
  [admin, member] = [await makeAdmin('张三'), await logIn('没有头像的人')];
  const [from, into] = [await makeUser({ nickname: '王五', phone_number: '13800000000', gender: '男', date_joined: '2026-01-31' }),
    await makeUser({ nickname: '王五（旧）', phone_number: '13900000000', is_active: 1 })];
  await makeIdentity(from, 'wx_openid', 'o6_bmjrPTlm6_2sgVt7hMZOPfL2M');
  await makeIdentity(into, 'weixin', 'o6-fR9kTlm6_2sgVt7hMZOPfL2M');
  await makeAudit({ action: 'clash', user_id: into, detail: JSON.stringify({ other_user: from,
    identity: { oauth_type: 'wx_openid', oauth_id: 'o6_bmjrPTlm6_2sgVt7hMZOPfL2M' } }) });
  user = (await logIn('李四', { userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' })).id;
});

for (const look of LOOKS) {
  await it(`every view is readable, on a phone as well: ${look.locale}, ${look.colorScheme}`, async () => {
    const looksGood = (page, name, { line = 'h1', texts = OWN_TEXTS, at } = {}) =>
      isReadable(page, look, { name: `admin-${name}`, texts, line, at, sizes: SIZES });
    const options = { ...look, viewport: SIZES.desktop, announced: [/: (401|403|409|412|503)$/] };

    const stranger = await arrive(options);
    await stranger.page.goto(ADMIN);
    await isShowing(stranger.page, 'login');
    await looksGood(stranger.page, 'login', { texts: 'h1, h2, p' });
    await looksGood((await arriveAt('#users', member, { ...options, view: 'forbidden' })).page, 'forbidden',
      { texts: 'h1, h2, p' });

    const { page } = await arriveAt('#users', admin, options);
    for (const view of ['users', 'oauths', 'audit', 'clashes']) {
      await page.goto(`${ADMIN}#${view}`);
      await isShowing(page, view);
      await page.locator('#view tbody tr').first().waitFor();
      await looksGood(page, view, { line: 'th' });
    }
    await page.locator('button.merge').first().click();
    await page.locator('#merge-users').waitFor();
    await looksGood(page, 'merge', { line: '#merge-users p', texts: `${OWN_TEXTS}, .pair strong, .pair > .quiet:not(:empty)` });
    await page.keyboard.press('Escape');
    await page.goto(`${ADMIN}#users/${user}`);
    await isShowing(page, 'user');
    await looksGood(page, 'sessions', { line: '.sessions .end', at: 'section.sessions' });
    await looksGood(page, 'merge-form', { line: '.merge p', at: 'section.merge' });
    await field(page, 'nickname').fill('李四（客服）');
    await looksGood(page, 'unsaved', { line: '#changes del' });
    await answerOnce(page, '**/admin/users/*/', 503, { code: 'service-unavailable', msg: '服务暂不可用' });
    await page.locator('#save').click();
    await page.locator('#retry').waitFor();
    await looksGood(page, 'unavailable', { line: '#status' });
    await answerOnce(page, '**/admin/users/*/', 412, { code: 412, msg: '数据已被修改，请刷新' });
    await page.locator('#retry').click();
    await page.locator('#others h3').waitFor();
    await looksGood(page, 'conflict', { line: '#status' });
    await answerOnce(page, '**/admin/oauths/*/', 409, { code: 'last-identity', msg: '这是该用户最后的登录方式' });
    await page.locator('.unlink').first().click();
    await page.locator('dialog').waitFor();
    await looksGood(page, 'unlink', { line: 'dialog p' });
    await page.keyboard.press('Escape');
    await page.locator('#delete').click();
    await page.locator('#confirm-name').waitFor();
    await looksGood(page, 'delete', { line: '#confirm-delete' });
  });
}

await end();
