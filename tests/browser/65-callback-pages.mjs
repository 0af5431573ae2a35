// The pages in WeChat's frame are styled, however TEMPLATE_DIR has them: line ends, attributes, a byte order mark.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { arrive, end, it, restartWith, SITE } from './browser.mjs';
import { arriveAtQrcode, hold, holdNone, isIn, LOGIN, pollUrl, scan, weixin } from './login.mjs';

const SUCCESS = 'wx-login-success.html';
const REFUSED = 'wx-login-refused.html';
const MARK = { [SUCCESS]: 'rgb(7, 163, 80)', [REFUSED]: 'rgb(138, 109, 0)' }; // --mark in the page's <style>

// The pages as they are, each changed by `change`, as the endpoint's.
async function servePages(change) {
  const dir = await mkdtemp(`${tmpdir()}/pages-`);
  for (const name of [SUCCESS, REFUSED]) {
    const page = await readFile(new URL(`../../templates/${name}`, import.meta.url), 'utf8');
    assert.notEqual(change(page), page, `${name}, changed`);
    await writeFile(`${dir}/${name}`, change(page));
  }
  await restartWith({ TEMPLATE_DIR: dir });
}

const isStyled = async (where, name) => {
  const fill = await where.locator('circle').evaluate((circle) => getComputedStyle(circle).fill);
  assert.equal(fill, MARK[name], `the colour of the mark in ${name}`);
};

const VARIANTS = {
  'with CR LF': (page) => page.replaceAll('\n', '\r\n'),
  'with CR': (page) => page.replaceAll('\n', '\r'),
  'with <style type="text/css">': (page) => page.replace('<style>', '<style type="text/css">'),
  'in capitals, with a > in quotes': (page) => page.replace('<style>', "<STYLE data-is='>'>").replace('</style>', '</STYLE\n>'),
  'with a style in a comment': (page) => page.replace('<style>', '<!-- <style>p { color: red } --><style>'),
  'with a byte order mark': (page) => `\u{feff}${page}`,
};

for (const [name, change] of Object.entries(VARIANTS)) {
  await it(`both pages are styled ${name}`, async () => {
    await servePages(change);
    const { page } = await arriveAtQrcode({ prepare: holdNone, colorScheme: 'light' });
    const release = await hold(page, pollUrl);
    await scan(page, '张三');
    await isIn(page, 'confirmed');
    await isStyled(weixin(page), SUCCESS);
    release();
    await isIn(page, 'logged-in');

    const { context, page: other } = await arrive({ colorScheme: 'light' });
    const { data } = await (await context.request.post(`${SITE}${LOGIN}`)).json();
    await other.goto(`${SITE}${LOGIN}callback/?state=${data.uuid}`);
    await isStyled(other, REFUSED);
  });
}

await end();
