// The buttons that link one more way to log in, and what came of it. A provider with a page of its own has the whole window:
// it leads back to this page's address with `linked=NAME`, and with `error=CODE` too if nothing is linked. WeChat's QR code is
// in a dialog.
import { showDialog } from './dialog.js';
import { button, h } from './dom.js';
import { call } from './requests.js';
import { startLogin } from './scanlogin.js';
import { actionButton, read, refill, settle } from './account-part.js';
import { providerName } from './account-providers.js';
import { attempt, isGone, say } from './account-status.js';
import { language, texts } from './account-texts.js';

const LEAVING_MS = 10000; // so long the browser may take to leave for a provider
const UNIONID = 'weixin';
const ENDS = ['expired', 'refused', 'failed'];
const place = document.getElementById('link');
const heading = document.getElementById('identities-title');
let shown = false;
let cameBack = takeOutcome();

// ---- what can be linked ----

/**
 * Shows a button for each provider of which the user has nothing yet, if it works in this browser.
 * @param {object[]} items the user's identities
 * @param {object[]} offered by the site (providers())
 * @param {function(): Promise} reload shows the identities anew
 */
export function showLinks(items, offered, reload) {
  const account = offered.find(({ name }) => name === 'mp'); // in WeChat's own browser
  // A phone cannot scan its own screen, but another one can, where there is no better way.
  const canScan = (here) => (here || !account) && !account?.here;
  const works = ({ kind, here }) => (kind === 'scan' ? canScan(here) : kind === 'redirect' && here);
  const isTheirs = ({ name }) => items.some(({ provider, oauth_type: type }) =>
    provider === name || (type === UNIONID && name === account?.name)); // a unionid is for all of WeChat
  refill(place, heading, offered.filter((one) => works(one) && !isTheirs(one)).map(({ name, kind }) =>
    actionButton(h('button', { type: 'button', 'data-name': name }, texts.link(providerName(name))),
      () => (kind === 'scan' ? linkByScan(name, reload) : linkThere(name)))));
  if (shown) settle(place);
  shown = true;
}

// ---- at the provider's own page ----

async function linkThere(name) {
  const back = new URL(location.href);
  back.searchParams.set('linked', name);
  const next = encodeURIComponent(back.href.slice(back.origin.length));
  await attempt(async () => {
    const { data } = await call(`login/${name}/?link=1&next=${next}`, { method: 'POST' });
    location.assign(data.url);
    await leaving();
  }, { 'provider-unavailable': texts['not-linked']['provider-unavailable'](providerName(name)) });
}

// Until the page is back, by the back button or because the browser did not leave.
const leaving = () => new Promise((resolve) => {
  addEventListener('pageshow', resolve, { once: true });
  setTimeout(resolve, LEAVING_MS);
});

function takeOutcome() {
  const url = new URL(location.href);
  const [name, error] = ['linked', 'error'].map((key) => url.searchParams.get(key));
  if (name === null) return null;
  for (const key of ['linked', 'error']) url.searchParams.delete(key);
  history.replaceState(history.state, '', url.href);
  return { name, error };
}

/** Says, once, what came of a linking that has led back to this page. @param {object[]} items the user's identities */
export function sayOutcome(items) {
  if (!cameBack) return;
  const { name, error } = cameBack;
  cameBack = null;
  if (error !== null) sayNotLinked(name, { code: error });
  else if (items.some(({ provider }) => provider === name)) say(texts['link-done'](providerName(name)));
}

// The codes are the server's, or the provider's own.
function whyNot(name, { code, msg }) {
  const known = texts['not-linked'][code];
  if (known) return { text: known(providerName(name)) };
  return { text: texts['not-linked'].else(providerName(name)), words: msg ?? String(code).slice(0, 64) };
}

function sayNotLinked(name, failure) {
  const { text, words } = whyNot(name, failure);
  say(text, { bad: true, words });
}

// ---- WeChat's QR code ----

async function linkByScan(name, reload) {
  say('');
  const way = providerName(name);
  const status = h('p', { role: 'status' });
  const qrcode = h('div', { id: 'qrcode' });
  const scan = h('div', {}, h('p', { class: 'quiet' }, texts['link-how']), qrcode);
  const renew = button(texts.renew, () => begin(), { id: 'renew', class: 'primary' });
  const cancel = button(texts.cancel, () => dialog.close());
  const { dialog, closed } = showDialog({ id: 'link-scan', title: texts['link-title'](way),
    content: [scan, status, h('div', { class: 'buttons' }, cancel, renew)] });
  let login = null;
  let done = false;

  function begin() {
    login?.stop();
    qrcode.textContent = '';
    login = startLogin({
      container: qrcode,
      link: true,
      title: texts.qrcode,
      weixin: { style: matchMedia('(prefers-color-scheme: dark)').matches ? 'white' : 'black',
        lang: language === 'en' ? 'en' : 'cn' },
      onLinked: () => {
        done = true;
        dialog.close();
      },
      onState: show,
    });
  }
  function show(state, failure) {
    if (state === 'linked') return;
    if (state === 'failed' && failure.code === 1001) return findOut(failure);
    const { text, words } = state === 'failed' ? whyNot(name, failure) : { text: texts.scan[state] };
    const had = document.activeElement === renew;
    status.textContent = text;
    status.classList.toggle('bad', state === 'failed');
    if (words) status.append(h('small', { lang: 'zh-CN' }, words));
    scan.hidden = ENDS.includes(state);
    renew.hidden = !scan.hidden;
    if (had && renew.hidden) cancel.focus();
  }
  // The server takes nobody for logged in: the page says why, in the account's place.
  async function findOut(failure) {
    dialog.close();
    if (await attempt(() => read('current/'))) sayNotLinked(name, failure);
  }

  begin();
  await closed;
  login.stop();
  if (isGone()) return;
  if (done) say(texts['link-done'](way));
  await reload();
}
