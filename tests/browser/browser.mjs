// What the browser tests share: people with a browser each, and a guard against faults that no test announced.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { chromium } = createRequire(`${ROOT}build/browser/`)('playwright-core');
export const { SITE, WEIXIN } = process.env;

export const WAIT_MS = 180000; // after which it hangs, however slow the machine
const TABS = 80; // more than there is on a page and in WeChat's frame
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium-headless-shell',
  args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
let people = [];

// ---- people ----

// A browser of somebody's own: nothing in it is shared with another one's. `announced` are the faults that the test
// brings about itself: expressions for lines as guard() writes them.
export async function arrive({ announced = [], ...options } = {}) {
  const context = await browser.newContext({ locale: 'zh-CN', ...options });
  context.setDefaultTimeout(WAIT_MS);
  const person = { context, faults: await guard(context, announced) };
  people.push(person);
  person.page = await context.newPage();
  return person;
}

// The faults in a context, one line each, as they come.
async function guard(context, announced) {
  const faults = [];
  const blame = (fault) => { if (!announced.some((pattern) => pattern.test(fault))) faults.push(fault); };
  const blameRequest = (request, fault) => blame(`${request.method()} ${request.url()}: ${fault}`);
  await context.addInitScript(() => addEventListener('securitypolicyviolation', (event) =>
    console.error(`CSP ${event.violatedDirective} keeps out ${event.blockedURI}`)));
  context.on('weberror', (error) => blame(`exception: ${error.error().stack}`));
  context.on('console', (message) => {
    // Chromium's line about a reply of 400 and more, or none; the two events below name the request as well.
    if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
    blame(`console: ${message.text()}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400 && !saysNobody(response)) blameRequest(response.request(), response.status());
  });
  context.on('requestfailed', (request) => {
    const { errorText } = request.failure();
    if (errorText !== 'net::ERR_ABORTED') blameRequest(request, errorText); // that one the page itself gave up
  });
  return faults;
}

// So a page that was given no token asks whether there is one in a cookie.
const saysNobody = (response) => response.status() === 401 && new URL(response.url()).pathname === '/api/user/current/' &&
  !('idtoken' in response.request().headers());

// ---- what a test does ----

// One thing that is promised. The test ends at the first one that is not kept.
export async function it(promise, test) {
  console.log(`- ${promise}`);
  try {
    await test();
    const faults = people.flatMap((person) => person.faults);
    assert.deepEqual(faults, [], 'faults that the test did not announce');
    await Promise.all(people.map((person) => person.context.close()));
    people = [];
  } catch (error) {
    await fail(promise, error);
  }
}

async function fail(promise, error) {
  console.log(`FAILED: ${promise}\n${error.stack}`);
  for (const [index, page] of people.flatMap((person) => person.context.pages()).entries()) {
    const path = `${process.env.PICTURES}/${promise.replace(/\W+/g, '-')}-${index + 1}.png`;
    await page.screenshot({ path, fullPage: true }).catch(() => {});
    console.log(`  ${page.url()} is in ${path}`);
  }
  for (const fault of people.flatMap((person) => person.faults)) console.log(`  ${fault}`);
  await browser.close();
  process.exit(1);
}

export const end = () => browser.close();

// Presses Tab until the element has the focus, which must be seen.
export async function tabTo(page, element, name) {
  for (let presses = 0; presses < TABS; presses += 1) {
    await page.keyboard.press('Tab');
    if (!await element.evaluate((node) => node === document.activeElement)) continue;
    const outline = await element.evaluate((node) => getComputedStyle(node).outlineStyle);
    assert.notEqual(outline, 'none', `the outline of ${name}, which has the focus`);
    return;
  }
  assert.fail(`${TABS} times Tab do not lead to ${name}`);
}
// What the page asks for there next is the test's to answer, once. page.route() has `times` for that, which stops keeping
// requests when it is used up: beside the next page.route() it can do so after that one began, whose request then goes on.
export async function once(page, url, answer) {
  let isUsed = false;
  await page.route(url, (route) => {
    if (isUsed) return route.fallback();
    isUsed = true;
    return answer(route);
  });
}
export const answerOnce = (page, url, status, json) => once(page, url, (route) => route.fulfill({ status, json }));

export const focused = (page) => page.evaluate(() => document.activeElement.tagName);

// ---- the demo that the test runs against ----

const run = promisify(execFile);
export const startAgain = () => run('tools/demo', ['run'], { cwd: ROOT });
export const restart = (program) => run('tools/demo', [`restart-${program}`], { cwd: ROOT });
// With other settings, {NAME: value}.
export const restartWith = (settings) => run('tools/demo', ['restart'], { cwd: ROOT, env: { ...process.env, ...settings } });
const inStack = (command, argument) => run('bash',
  ['-c', `. tools/stack.sh; STACK_DIR=$(cd "$RUN_DIR" && pwd -P); ${command} "$0"`, argument], { cwd: ROOT });
export const stop = (program) => inStack('program_stop', program);
export const deleteFromRedis = (key) => inStack('redis_admin del', key);
export const sql = async (statement) => (await inStack('mysql_admin --raw scanlogin -e', statement)).stdout.trimEnd();

// Runs scanlogin-admin as docs/admin.md has it; returns what it prints.
export async function commandLine(...words) {
  const command = 'set -a; . "$RUN_DIR/env"; exec "build/$MODE/scanlogin-admin" "$@"';
  return (await run('bash', ['-c', command, 'bash', ...words], { cwd: ROOT })).stdout;
}
