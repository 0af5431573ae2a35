// The login page: WeChat's QR code and how far its login is, then who is logged in. The names of the states are
// scanlogin.js's, and `logged-out`; body's data-state has the present one. Like scanlogin.js it needs nothing newer than
// the browsers of early 2020 have.
import { startLogin, fetchWithToken, logout, token, TOKEN_KEY } from './scanlogin.js';

const API = '/api/user/';
const RECHECK_MS = 60000;
const TIMEOUT_MS = 20000;
const LONGEST_PAUSE_MS = 8000;

const TEXTS = {
  'zh-CN': {
    title: '微信扫码登录',
    welcome: '欢迎',
    how: '打开手机微信，用「扫一扫」扫描二维码，再在手机上确认',
    qrcode: '微信登录二维码',
    picture: '头像',
    logout: '退出登录',
    renew: '换一个二维码',
    again: '重新登录',
    starting: '正在准备……',
    waiting: '等待扫码',
    confirmed: '已确认，正在登录……',
    expired: '二维码已过期',
    refused: '你在微信里取消了登录',
    failed: '登录失败',
    'weixin-unavailable': '微信暂时没有回应，正在重试……',
    unavailable: '服务暂不可用，正在重试……',
    'logged-in': '已登录',
    'logged-out': '已退出登录',
    ended: '你在另一台设备上登录了，或登录已失效',
    'logout-failed': '暂时无法退出，请再试一次',
  },
  en: {
    title: 'Log in with WeChat',
    welcome: 'Welcome',
    how: 'Open WeChat on your phone, scan the QR code, then confirm on the phone',
    qrcode: 'WeChat login QR code',
    picture: 'Profile picture',
    logout: 'Log out',
    renew: 'Get a new QR code',
    again: 'Log in again',
    starting: 'Getting ready…',
    waiting: 'Waiting for the scan',
    confirmed: 'Confirmed, logging you in…',
    expired: 'The QR code has expired',
    refused: 'You cancelled the login in WeChat',
    failed: 'Login failed',
    'weixin-unavailable': 'WeChat does not answer, still trying…',
    unavailable: 'The service is unavailable, still trying…',
    'logged-in': 'You are logged in',
    'logged-out': 'You have logged out',
    ended: 'You logged in on another device, or the login has ended',
    'logout-failed': 'Could not log you out, please try again',
  },
};
const language = /^zh\b/i.test(navigator.languages[0] ?? '') ? 'zh-CN' : 'en';
const texts = TEXTS[language];

const [scan, user, picture, nickname, status, renew, logoutButton] =
  ['scan', 'user', 'picture', 'nickname', 'state', 'renew', 'logout'].map((id) => document.getElementById(id));
const heading = document.querySelector('h1');
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// What waits for a reply on behalf of one login or session stops when it finds that a newer one began.
let round = 0;
let login = null;

function newRound() {
  login?.stop();
  login = null;
  return ++round;
}

// ---- what is on the page ----

const WITH_BUTTON = { expired: 'renew', refused: 'renew', failed: 'renew', 'logged-out': 'again' };

function show(state, { text = state, detail } = {}) {
  document.body.dataset.state = state;
  heading.textContent = document.title = state === 'logged-in' ? texts.welcome : texts.title;
  say(texts[text], detail);
  keepFocus(() => {
    scan.hidden = state === 'logged-in' || state in WITH_BUTTON;
    user.hidden = logoutButton.hidden = state !== 'logged-in';
    renew.hidden = !(state in WITH_BUTTON);
    renew.textContent = texts[WITH_BUTTON[state]] ?? '';
  });
}

function say(text, detail) {
  status.textContent = text;
  if (!detail) return;
  const small = document.createElement('small');
  small.textContent = detail;
  status.append(small);
}

// When what has the focus goes away, the focus goes to the button that goes on from here, else to the heading.
function keepFocus(change) {
  const focused = document.activeElement;
  change();
  if (focused?.closest('[hidden]')) (renew.hidden ? heading : renew).focus();
}

function showUser({ username, nickname: name, avatar_url: url }) {
  nickname.textContent = name || username;
  if (picture.getAttribute('src') !== url) {
    picture.hidden = true;
    picture.removeAttribute('src');
    if (url) picture.src = url;
  }
  if (document.body.dataset.state !== 'logged-in') show('logged-in');
}

// ---- login, session, logout ----

function logIn() {
  newRound();
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  login = startLogin({
    container: 'qrcode',
    api: API,
    title: texts.qrcode,
    weixin: { style: dark ? 'white' : 'black', lang: language === 'en' ? 'en' : 'cn' },
    onToken: openSession,
    onState: (state, said) => {
      if (state === 'logged-in') return; // that is shown with the name
      show(state, { detail: state === 'failed' ? `${said.msg ?? ''} (${said.code})` : undefined });
    },
  });
}

// Who is logged in: the user; null for nobody; undefined without an answer.
async function readUser() {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), TIMEOUT_MS);
  const asked = fetchWithToken(`${API}current/`, { cache: 'no-store', signal: limit.signal });
  let reply;
  let said;
  try {
    reply = await asked;
    said = reply.ok ? await reply.json() : null;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
  return reply.status === 401 ? null : said?.data;
}

async function openSession() {
  const mine = newRound();
  for (let wait = 1000; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
    const found = await readUser();
    if (mine !== round) return;
    if (found !== undefined) return showSession(found);
    show('unavailable');
    await pause(wait);
    if (mine !== round) return;
  }
}

function showSession(found) {
  if (found) return showUser(found);
  newRound();
  show('logged-out', { text: 'ended' });
}

async function recheck() {
  if (document.hidden || document.body.dataset.state !== 'logged-in') return;
  const mine = round;
  const found = await readUser();
  if (mine === round && found !== undefined) showSession(found);
}

async function logOut() {
  const mine = newRound();
  try {
    await logout({ api: API });
  } catch (error) {
    if (error.status === undefined) throw error; // a fault of this page's
    if (mine === round) show('logged-in', { text: 'logout-failed' });
    return;
  }
  if (mine !== round) return;
  newRound(); // for a recheck that is under way
  show('logged-out');
}

// Another tab of this browser has logged in or out.
function followOtherTab({ key }) {
  if (key !== TOKEN_KEY && key !== null) return;
  if (token()) openSession();
  else if (document.body.dataset.state === 'logged-in') showSession(null);
}

// ---- start ----

document.documentElement.lang = language;
for (const element of document.querySelectorAll('[data-text]')) element.textContent = texts[element.dataset.text];
picture.alt = texts.picture;
picture.addEventListener('load', () => { picture.hidden = false; });
renew.addEventListener('click', logIn);
logoutButton.addEventListener('click', logOut);
addEventListener('storage', followOtherTab);
addEventListener('focus', recheck);
document.addEventListener('visibilitychange', recheck);
setInterval(recheck, RECHECK_MS);

show('starting');
if (token()) openSession();
else logIn();
