// Login by WeChat's QR code, on a page of a site that runs scanlogin:
//
//   import { startLogin, fetchWithToken } from './scanlogin.js';
//   startLogin({ container: 'qrcode', onToken: () => location.reload() });
//   const reply = await fetchWithToken('/api/user/current/');
//
// Where the server gives the token out as a cookie too (its setting TOKEN_COOKIE), the browser sends that by itself, and
// nothing is stored here. The module finds out at each login; a page need not know.
//
// It is ES2020 and needs nothing newer than Chrome 80, Firefox 74 and Safari 13.1 (early 2020) have.

/** Where localStorage holds the token, if there is no cookie for it. */
export const TOKEN_KEY = 'scanlogin.token';

const API = '/api/user/';
const POLL_MS = 1000;
const HIDDEN_POLL_MS = 5000;
const HOLD_S = 25; // as long as the server holds a poll at the most
const MOST_CUTS = 2;
const LONGEST_PAUSE_MS = 8000;
const TIMEOUT_MS = 20000;
const LIFE_MS = 600000; // a QR code's, and then WeChat's code's

// ---- the token ----

let unstored = null; // the token, where the browser refuses to store it

/** @returns {?string} the token of whoever is logged in; null for nobody, and where a cookie holds it. */
export function token() {
  const found = stored() ?? unstored;
  return /^[\x21-\x7e]+$/.test(found ?? '') ? found : null; // else no header could have it
}

function stored() {
  try {
    return localStorage.getItem(TOKEN_KEY);
  } catch {
    return null; // not for this page
  }
}

function storeToken(value) {
  unstored = value;
  try {
    localStorage.removeItem(TOKEN_KEY);
    if (value === null) return;
    localStorage.setItem(TOKEN_KEY, value);
    unstored = null;
  } catch { /* a private window, or a full store */ }
}

// A login in another tab may have replaced the token while a request with the old one was under way.
function forgetToken(dead) {
  if (token() === dead) storeToken(null);
}

// A change of the cookie makes no event, so other tabs are told by a value that is there for a moment.
function announce() {
  if (stored() !== null) return; // a login's in another tab
  try {
    localStorage.setItem(TOKEN_KEY, '');
    localStorage.removeItem(TOKEN_KEY);
  } catch { /* not for this page */ }
}

/** Calls `listener` each time that another tab of this browser has logged in or out. currentUser() tells which. */
export function onLoginChange(listener) {
  addEventListener('storage', ({ key, oldValue }) => {
    if (key === null || (key === TOKEN_KEY && oldValue !== '')) listener();
  });
}

// Throws for what is wrong with the request itself, so that no caller takes that for the network's fault.
function requestWithToken(url, init) {
  // The mode holds redirects to this origin as well. With the policy `no-referrer`, which these pages have, it would also
  // make the header Origin of a POST `null` (Fetch, "append a request Origin header"): the server refuses that for a cookie.
  const request = new Request(url, { referrerPolicy: 'strict-origin', ...init, mode: 'same-origin' });
  if (new URL(request.url).origin !== location.origin) throw new TypeError(`${request.url} is another origin`);
  const sent = token();
  if (sent !== null) request.headers.set('IDTOKEN', sent);
  return request;
}

/**
 * fetch() with the token in the header IDTOKEN, or in the cookie. A 401 means that the token is dead: it is forgotten.
 * @param {string|URL|Request} url of this page's own origin
 * @param {RequestInit} [init]
 * @returns {Promise<Response>} rejects as fetch()'s does
 * @throws {TypeError} at once, for another origin, which would else get to know the token, and for a malformed request
 */
export function fetchWithToken(url, init = {}) {
  const request = requestWithToken(url, init);
  return fetch(request).then((response) => {
    if (response.status === 401) forgetToken(request.headers.get('IDTOKEN'));
    return response;
  });
}

/**
 * Who is logged in in this browser.
 * @returns {Promise<{user: ?object, reason: ?string}>} the user as the endpoint `current` has it. For nobody null, and why:
 *   `missing`, there was no token; or what ended the session, `replaced`, `expired` and so on, as the server's 401 has it
 * @throws {Error} if there was no answer. Its `status` is the reply's, 0 without one.
 */
export async function currentUser({ api = API } = {}) {
  const ask = (make) => call(`${api}current/`, {}, { make });
  const sent = token();
  const reply = await ask(requestWithToken);
  const user = userIn(reply);
  if (user) return { user, reason: null };
  if (sent === null) return { user, reason: reply.reason ?? 'missing' };
  // That token is dead. The browser may have the cookie, or a newer token.
  const another = userIn(await ask(token() === sent ? undefined : requestWithToken));
  forgetToken(sent);
  return { user: another, reason: another ? null : reply.reason ?? 'unknown' };
}

function userIn({ status, data }) {
  if (status === 200 && data) return data;
  if (status === 401) return null;
  throw noAnswer('current', status);
}

/**
 * Ends the session. The token is forgotten once it is dead, whoever ended it.
 * @throws {Error} if the server did not say so: the person is still logged in. Its `status` is the reply's, 0 without one.
 */
export async function logout({ api = API } = {}) {
  const sent = token();
  const { status } = await call(`${api}logout/`, { method: 'POST' }, { make: requestWithToken });
  if (status !== 200 && status !== 401) throw noAnswer('logout', status);
  if (sent === null) announce();
  else forgetToken(sent);
}

const noAnswer = (what, status) => Object.assign(new Error(`${what}: no answer (HTTP ${status})`), { status });

// ---- requests ----

// null where the network fails, the time is over, or what came is no JSON.
async function arrived(promise) {
  try {
    return await promise;
  } catch {
    return null;
  }
}

// The reply's JSON with its status and Retry-After. Status 0: no reply within the time.
async function call(url, init, { make = (...what) => new Request(...what), stopped = [], timeout = TIMEOUT_MS } = {}) {
  const limit = new AbortController();
  const abort = () => limit.abort();
  const timer = setTimeout(abort, timeout);
  for (const signal of stopped) signal.addEventListener('abort', abort);
  if (stopped.some(({ aborted }) => aborted)) abort();
  try {
    const response = await arrived(fetch(make(url, { cache: 'no-store', ...init, signal: limit.signal })));
    if (!response) return { status: 0, retryAfter: 0 };
    const json = await arrived(response.json());
    return { ...json, status: response.status, retryAfter: Number(response.headers.get('Retry-After')) || 0 };
  } finally {
    clearTimeout(timer);
    for (const signal of stopped) signal.removeEventListener('abort', abort);
  }
}

// No answer to what was asked, but there may be one later. Without a code it was not even scanlogin that replied.
const isPassing = ({ status, code }) => code === undefined || status === 429 || status >= 500;

// Of the reply to a request without the token: whether the browser has sent a cookie with one, a dead one included.
const hadCookie = ({ status, reason = 'missing' }) => status === 200 || (status === 401 && reason !== 'missing');

// A begin rewrites the cookie that names this browser's logins: two at the same time would lose one of them.
async function oneTabAtATime(action) {
  if (!navigator.locks) return action(); // before Firefox 96 and Safari 15.4, and on plain http
  let begun = false;
  try {
    return await navigator.locks.request('scanlogin', () => {
      begun = true;
      return action();
    });
  } catch (error) {
    if (begun) throw error;
  }
  return action(); // the browser allows this page no locks
}

const scripts = new Map(); // by URL, the promise of whether it has run

// Resolves with whether WeChat's script is there.
function loadScript(url) {
  if (!scripts.has(url)) {
    scripts.set(url, new Promise((resolve) => {
      const script = document.createElement('script');
      const settle = () => {
        clearTimeout(timer);
        const loaded = typeof window.WxLogin === 'function';
        if (!loaded) {
          scripts.delete(url);
          script.remove();
        }
        resolve(loaded);
      };
      const timer = setTimeout(settle, TIMEOUT_MS);
      script.addEventListener('error', settle);
      script.addEventListener('load', settle);
      script.src = url;
      document.head.append(script);
    }));
  }
  return scripts.get(url);
}

// ---- held polls ----

// Whether the server may hold the next poll until there is something to say. Something in front of it may cut long requests
// off, and nobody tells the page: it sees a held poll break and the plain one behind it answered, time and again.
class Holding {
  constructor() {
    this.isCalm = false; // the last poll was answered, with nothing scanned
    this.isBroken = false; // the last held poll was, and nothing has been answered since
    this.cuts = 0; // in a row
  }

  // Not at first, nor behind a failure: the page has to find out at once how things stand.
  get isGood() {
    return this.isCalm && this.cuts < MOST_CUTS;
  }

  note({ code, held, lasted, givenUp }) {
    this.isCalm = code === 200;
    if (this.isCalm && this.isBroken) this.cuts += 1;
    if (this.isCalm && held && lasted >= POLL_MS) this.cuts = 0;
    this.isBroken = held && code === undefined && !givenUp;
  }
}

// How long to wait behind a poll that found nothing scanned. An older server does not hold it, but answers at once. One that
// is about to end answers all it holds in the same moment; those pages come back spread over a second.
function pauseBehind({ held, wait, lasted }) {
  if (!held || lasted < POLL_MS) return POLL_MS;
  return lasted < wait * 1000 ? someTime() : 0;
}

const someTime = () => POLL_MS * Math.random();

// ---- a login ----

/**
 * Shows WeChat's QR code and waits until somebody has logged in with it. What goes wrong is a state:
 *   starting              there is no QR code yet
 *   waiting               for the scan
 *   confirmed             on the phone; the token comes next. Seen when the callback's page in the QR code's place
 *                         has <meta name="scanlogin" content="confirmed">; without it the login works all the same
 *   weixin-unavailable    WeChat does not answer, still trying
 *   unavailable           the service or the network does not, still trying
 *   logged-in             the end: the token is stored, here or in a cookie
 *   linked                the end of a linking: whoever scanned is one more way to log in of who is logged in here
 *   expired, refused      the end: nobody scanned in time; the person cancelled
 *   failed                the end: WeChat or the service said no
 * @param {object} options
 * @param {Element|string} options.container where the QR code goes: an element, its id, or a selector
 * @param {function(string)} [options.onToken] called with the token
 * @param {function(string)} [options.onLinked] called with the provider's name at the end of a linking
 * @param {boolean} [options.link] nobody shall be logged in: whoever scans becomes one more way to log in of who is
 * @param {function(string, {code, msg}=)} [options.onState] called at each change, with what the server said
 * @param {string} [options.api] the path of scanlogin's endpoints
 * @param {string} [options.provider] of a login that has come back (`&provider=…`); else WeChat's website login
 * @param {string} [options.uuid] of a login that has come back to this page (`#uuid=…` behind the path login/wx/start/):
 *   no QR code is shown, its end alone is waited for
 * @param {string} [options.title] the QR code's name for screen readers
 * @param {object} [options.weixin] what else WeChat's WxLogin takes: style, href, stylelite, …
 * @returns {{stop: function()}} after stop() nothing is asked and nothing called; the QR code stays where it is
 * @throws {TypeError} if there is no such container
 */
export function startLogin(options) {
  const login = new Login(options);
  login.run();
  return { stop: () => login.stop() };
}

class Login {
  constructor(options) {
    this.options = { api: API, title: '微信登录二维码', ...options };
    const { container } = options;
    this.place = container instanceof Element ? container
      : document.getElementById(container) ?? document.querySelector(container);
    if (!this.place) throw new TypeError(`no element ${container} for the QR code`);
    if (!this.place.id) this.place.id = 'scanlogin-qrcode';
    this.over = new AbortController();
    this.state = '';
    this.failures = 0; // in a row
    this.scanned = false;
    this.deadline = Infinity;
    this.holding = new Holding();
    this.wake = () => {};
    this.askAnew = () => {};
  }

  get ended() {
    return this.over.signal.aborted;
  }

  // Until the login is over.
  listen(target, type, listener) {
    target.addEventListener(type, listener);
    this.over.signal.addEventListener('abort', () => target.removeEventListener(type, listener));
  }

  async run() {
    const wake = () => {
      if (document.hidden) return;
      this.wake();
      this.askAnew();
    };
    this.listen(document, 'visibilitychange', wake);
    this.listen(window, 'online', wake);
    this.tell('starting');
    if (this.options.uuid) return this.takeUp(this.options.uuid);
    const begun = await this.begin();
    if (!begun) return;
    this.deadline = Date.now() + LIFE_MS;
    await this.showQrcode(begun);
    await this.poll(begun.uuid);
  }

  // The provider has been there: nobody needs to scan.
  async takeUp(uuid) {
    this.noteScan();
    await this.poll(encodeURIComponent(uuid));
  }

  stop() {
    this.over.abort();
  }

  // What the server gives for a login; nothing if this one ended before.
  async begin() {
    while (!this.ended) {
      const reply = await oneTabAtATime(() => (this.options.link
        ? this.call('?link=1', { method: 'POST' }, { make: requestWithToken }) : this.call('', { method: 'POST' })));
      if (reply.code === 200) {
        this.failures = 0;
        return reply.data;
      }
      await this.bear(reply);
    }
  }

  async showQrcode(begun) {
    while (!this.ended) {
      if (await loadScript(begun.js)) {
        if (!this.ended) this.embed(begun);
        return;
      }
      await this.bear({ code: 'weixin-unavailable', status: 502 });
    }
  }

  embed({ uuid, appid, scope, redirect_uri }) {
    // The server gives a path alone where its web server did not say which host was asked. WxLogin joins its URL without
    // encoding anything.
    const callback = new URL(redirect_uri, location.href).href;
    new window.WxLogin({ self_redirect: true, ...this.options.weixin, id: this.place.id, appid, scope, state: uuid,
      redirect_uri: encodeURIComponent(callback) });
    const frame = this.place.querySelector('iframe');
    frame.title = this.options.title;
    this.listen(frame, 'load', () => this.lookInto(frame));
  }

  // While the frame is at WeChat it has no document for this page; when it is back at the callback, it has.
  lookInto(frame) {
    const page = frame.contentDocument;
    if (!page) return;
    const outcome = page.querySelector('meta[name="scanlogin"]')?.content;
    if (outcome === 'other-browser') return this.end('expired'); // the server knows nothing of this login any more
    if (outcome === 'confirmed') {
      this.noteScan();
      this.tell('confirmed');
    } else if (/"(code":429|code":"service-unavailable")/.test(page.body?.textContent)) {
      // The scan's code is in the URL and unspent. Not all of an office at the same time.
      const pause = POLL_MS * (2 + 4 * Math.random());
      setTimeout(() => { if (!this.ended) page.location?.reload(); }, pause);
    }
    this.wake();
  }

  noteScan() {
    if (!this.scanned) this.deadline = Date.now() + LIFE_MS;
    this.scanned = true;
  }

  async poll(uuid) {
    while (!this.ended) {
      const reply = await this.ask(uuid);
      if (this.ended) return;
      if (reply.data?.token) return this.succeed(reply.data.token);
      if (reply.data?.linked) return this.haveLinked(reply.data.linked);
      if (reply.code === 'weixin-unavailable') this.noteScan();
      if (reply.code === 200) {
        this.failures = 0;
        this.tell(this.scanned ? 'confirmed' : 'waiting');
        await this.pause(pauseBehind(reply));
      } else if (reply.givenUp) {
        await this.pause(0);
      } else if (this.holding.isBroken && reply.lasted >= POLL_MS) {
        await this.pause(someTime(), reply.retryAfter * 1000); // cut off, or an outage: the next poll will tell
      } else {
        await this.bear(reply);
      }
    }
  }

  // One poll. Its reply also says whether the server was to hold it, for how long, and how many ms it took.
  async ask(uuid) {
    const wait = this.secondsToHold();
    const held = wait > 0;
    const begun = Date.now();
    const anew = new AbortController();
    // What is held may wait on a connection that died while the computer slept or the network was away.
    this.askAnew = () => { if (held && Date.now() - begun >= POLL_MS) anew.abort(); };
    const reply = await this.call(`?uuid=${uuid}${held ? `&wait=${wait}` : ''}`, {},
      { stopped: [anew.signal], timeout: TIMEOUT_MS + wait * 1000 });
    const asked = { ...reply, held, wait, lasted: Date.now() - begun, givenUp: anew.signal.aborted };
    this.holding.note(asked);
    return asked;
  }

  // 0: it is to answer at once. So it is for a tab that nobody sees: over HTTP/1.1 all tabs share six connections to the
  // site. And behind a scan, when the token is there at the next poll, or WeChat is out of reach.
  secondsToHold() {
    if (!this.holding.isGood || this.scanned || document.hidden) return 0;
    const left = Math.ceil((this.deadline - Date.now()) / 1000);
    return Math.min(Math.max(left, 1), HOLD_S);
  }

  call(query, init, { stopped = [], ...limits } = {}) {
    return call(`${this.options.api}login/${this.options.provider ?? 'wx'}/${query}`, init, { stopped: [this.over.signal, ...stopped], ...limits });
  }

  // A reply that is none: waits if that may pass, else ends the login.
  async bear({ status, code, msg, retryAfter = 0 }) {
    const detail = { code, msg };
    if (!isPassing({ status, code })) return this.end(code === 'login-refused' ? 'refused' : 'failed', detail);
    this.tell(code === 'weixin-unavailable' ? code : 'unavailable', detail);
    this.failures += 1;
    await this.pause(Math.min(POLL_MS * 2 ** (this.failures - 1), LONGEST_PAUSE_MS), retryAfter * 1000);
  }

  // A wake-up cuts it short, unless the server has asked for the time.
  async pause(ms, asked = 0) {
    const left = this.deadline - Date.now();
    if (left <= 0) this.end('expired');
    if (this.ended) return;
    const wanted = Math.max(ms, asked, document.hidden ? HIDDEN_POLL_MS : 0);
    const earliest = Date.now() + asked;
    await new Promise((resolve) => {
      this.wake = () => { if (Date.now() >= earliest) resolve(); };
      setTimeout(resolve, Math.min(wanted, left, LIFE_MS));
    });
  }

  async succeed(value) {
    this.deadline = Infinity; // the server has done its part
    this.failures = 0;
    this.tell('confirmed');
    const inCookie = await this.findCookie();
    if (this.ended) return;
    storeToken(inCookie ? null : value);
    if (inCookie) announce();
    this.end('logged-in');
    callBack(this.options.onToken, value);
  }

  haveLinked(provider) {
    this.end('linked');
    callBack(this.options.onLinked, provider);
  }

  // Whether the token came in a cookie too. No script sees that cookie, but the server says whether it gets one.
  async findCookie() {
    while (!this.ended) {
      const reply = await call(`${this.options.api}current/`, {}, { stopped: [this.over.signal] });
      if (!isPassing(reply)) return hadCookie(reply);
      await this.bear(reply);
    }
    return false;
  }

  end(state, detail) {
    this.tell(state, detail);
    this.over.abort();
  }

  tell(state, detail) {
    if (this.ended || state === this.state) return;
    this.state = state;
    callBack(this.options.onState, state, detail);
  }
}

// What a site's callback throws is the site's to see, and stops no login.
function callBack(callback, ...args) {
  try {
    callback?.(...args);
  } catch (error) {
    console.error(error);
  }
}
