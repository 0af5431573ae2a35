// What the browser tests share: people with a browser each, and a guard against faults that nobody announced.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { chromium } = createRequire(`${ROOT}build/browser/`)('playwright-core');
const { PORT, SANDBOX_PORT, RUN_DIR, PICTURES } = process.env;

export const SITE = `http://127.0.0.1:${PORT}`;
export const WEIXIN = `http://127.0.0.1:${SANDBOX_PORT}`;
export const LOGIN = '/api/user/login/wx/';

const WAIT_MS = 15000;
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
let people = [];

// ---- people ----

// A browser of somebody's own: nothing in it is shared with another one's.
class Person {
  static async arrive(options) {
    const person = new Person();
    person.context = await browser.newContext({ locale: 'zh-CN', ...options });
    person.context.setDefaultTimeout(WAIT_MS);
    await person.#guard();
    person.page = await person.context.newPage();
    people.push(person);
    return person;
  }

  // These faults belong to the test: regular expressions for the lines that `faults` would have.
  announce(...faults) {
    this.announced.push(...faults);
  }

  announced = [];
  seen = [];
  get faults() {
    return this.seen.filter((fault) => !this.announced.some((pattern) => pattern.test(fault)));
  }

  async #guard() {
    await this.context.addInitScript(() => addEventListener('securitypolicyviolation', (event) =>
      console.error(`CSP ${event.violatedDirective} keeps out ${event.blockedURI}`)));
    this.context.on('weberror', (error) => this.seen.push(`exception: ${error.error().stack}`));
    this.context.on('console', (message) => {
      // Chromium's line about a reply of 400 and more, or none; the two events below name the request as well.
      if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
      this.seen.push(`console: ${message.text()}`);
    });
    this.context.on('response', (response) => {
      if (response.status() >= 400) this.#blame(response.request(), response.status());
    });
    this.context.on('requestfailed', (request) => {
      const { errorText } = request.failure();
      if (errorText !== 'net::ERR_ABORTED') this.#blame(request, errorText); // that one the page itself gave up
    });
  }
  #blame(request, fault) {
    this.seen.push(`${request.method()} ${request.url()}: ${fault}`);
  }

  async open(path = '/') {
    await this.page.goto(SITE + path);
    return this;
  }
}
export const arrive = Person.arrive;

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
    const path = `${PICTURES}/${promise.replace(/\W+/g, '-')}-${index + 1}.png`;
    await page.screenshot({ path, fullPage: true }).then(() => console.log(`  ${page.url()} is shown by ${path}`), () => {});
  }
  for (const fault of people.flatMap((person) => person.seen)) console.log(`  ${fault}`);
  await browser.close();
  process.exit(1);
}

export const end = () => browser.close();

// tools/demo VERB, for the demo that this test runs against.
export const demo = (verb) => execFileSync(`${ROOT}tools/demo`, [verb], { encoding: 'utf8' });
export const stop = (program) => process.kill(Number(readFileSync(`${RUN_DIR}/${program}.pid`, 'utf8')), 'SIGTERM');
