// The login page: WeChat's QR code and how far its login is, then who is logged in. The names of the states are
// scanlogin.js's, and `logged-out`; body's data-state has the present one. Like scanlogin.js it needs nothing newer than
// the browsers of early 2020 have.
import { showDoors } from './login-doors.js';
import { error, forgetWay, goOn, goStraight, leadBack, next, provider, uuid } from './login-next.js';
import { language, texts, whyEnded, whyFailed } from './login-texts.js';
import { currentUser, logout, onLoginChange, startLogin } from './scanlogin.js';

const API = '/api/user/';
const RECHECK_MS = 60000;
const LONGEST_PAUSE_MS = 8000;

const [scan, doors, user, picture, nickname, status, nextLink, renew, account, logoutButton] =
  ['scan', 'doors', 'user', 'picture', 'nickname', 'state', 'next', 'renew', 'account', 'logout']
    .map((id) => document.getElementById(id));
const heading = document.querySelector('h1');
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// What waits for a reply on behalf of one login or session stops when it finds that a newer one began.
let round = 0;
let login = null;
let changes = 0; // in other tabs
let scanned = false; // on this page, since it was opened
let canScan = true; // so far as is known
let ways = {}; // the others (showDoors)

function newRound() {
  login?.stop();
  login = null;
  return ++round;
}

// ---- what is on the page ----

const WITH_BUTTON = { expired: 'renew', refused: 'renew', failed: 'renew', 'logged-out': 'again' };

function show(state, { text = texts[state], detail, button = WITH_BUTTON[state] } = {}) {
  const isIn = state === 'logged-in';
  document.body.dataset.state = state;
  heading.textContent = document.title = isIn ? texts.welcome : canScan ? texts.title : texts.login;
  say(text, detail);
  keepFocus(() => {
    scan.hidden = isIn || !canScan || state in WITH_BUTTON;
    placeDoors();
    user.hidden = logoutButton.hidden = !isIn;
    nextLink.hidden = !isIn || !next;
    account.hidden = !isIn || !account.href;
    renew.hidden = !button || (button === 'renew' && !canScan);
    renew.textContent = texts[button] ?? '';
  });
}

function placeDoors() {
  doors.hidden = isShown('logged-in') || !doors.childElementCount;
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
  if (isShown('logged-in')) return;
  if (!next || goOn(scanned)) show('logged-in');
  else show('logged-in', { text: texts.unseen, button: 'again' });
}

const isShown = (state) => document.body.dataset.state === state;

// ---- login, session, logout ----

function logIn({ uuid: came, provider: by } = {}) {
  newRound();
  forgetWay();
  if (ways.straight && !came && goStraight(ways.straight)) return;
  if (!canScan && !came) return show('choosing', { text: ways.elsewhere ? texts['in-weixin'] : texts.choosing });
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  login = startLogin({
    container: 'qrcode',
    uuid: came,
    provider: by,
    api: API,
    title: texts.qrcode,
    weixin: { style: dark ? 'white' : 'black', lang: language === 'en' ? 'en' : 'cn' },
    onToken: haveScanned,
    onLinked: haveScanned,
    onState: (state, said) => {
      if (state === 'logged-in' || state === 'linked') return; // that is shown with the name
      if (state === 'failed' && leadBack(said.code)) return;
      show(state, { detail: state === 'failed' ? `${said.msg ?? ''} (${said.code})` : undefined });
    },
  });
}

function haveScanned() {
  scanned = true;
  openSession();
}

// As currentUser() has it; nothing without an answer.
async function ask() {
  try {
    return await currentUser({ api: API });
  } catch (error) {
    if (error.status === undefined) throw error; // a fault of this page's
  }
}

// Asks until there is an answer; nothing once nobody wants it any more.
async function askAgain(isWanted, onFailure = () => {}) {
  for (let wait = 1000; isWanted(); wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
    const found = await ask();
    if (!isWanted()) return;
    if (found) return found;
    onFailure();
    await pause(wait);
  }
}

async function openSession({ otherwise = showEnd } = {}) {
  const mine = newRound();
  const found = await askAgain(() => mine === round, () => show('unavailable'));
  if (found?.user) showUser(found.user);
  else if (found) otherwise(found.reason);
}

function showEnd(reason) {
  newRound();
  show('logged-out', { text: whyEnded(reason) });
}

// A login that has come back is taken up, and one that came to nothing is told. Else what there was of a session is; who had
// none can scan.
function start() {
  if (uuid !== null) logIn({ uuid, provider });
  else if (error !== null) tell(error);
  else openSession({ otherwise: (reason) => (reason === 'missing' ? logIn() : showEnd(reason)) });
}

// Who is logged in all the same, because something else was to be linked, can go on to where they were.
async function tell(code) {
  if (leadBack(code)) return;
  show(code === 'login-refused' ? 'refused' : 'failed', { text: whyFailed(code) });
  const mine = round;
  const found = await ask();
  if (mine !== round || !found?.user) return;
  nextLink.hidden = !next;
  account.hidden = !account.href;
}

async function recheck() {
  if (document.hidden || !isShown('logged-in')) return;
  const mine = round;
  const found = await ask();
  if (mine === round && found) showFound(found);
}

function showFound({ user: person, reason }) {
  if (person) showUser(person);
  else showEnd(reason);
}

async function logOut() {
  const mine = newRound();
  try {
    await logout({ api: API });
  } catch (error) {
    if (error.status === undefined) throw error; // a fault of this page's
    if (mine === round) show('logged-in', { text: texts['logout-failed'] });
    return;
  }
  if (mine !== round) return;
  newRound(); // for a recheck that is under way
  show('logged-out');
}

// What else there is than the QR code; without an answer that is enough. The site may do without one altogether.
async function openDoors() {
  ways = await showDoors(doors, { api: API, next });
  placeDoors();
  if (ways.scans) return;
  canScan = false;
  if (login && uuid === null) logIn();
}

// Another tab has logged in or out. A QR code stays until it is known that somebody is logged in.
async function followOtherTab() {
  const [mine, change] = [round, ++changes];
  const found = await askAgain(() => mine === round && change === changes);
  if (!found || !(found.user || isShown('logged-in'))) return;
  newRound();
  showFound(found);
}

// ---- start ----

document.documentElement.lang = language;
for (const element of document.querySelectorAll('[data-text]')) element.textContent = texts[element.dataset.text];
picture.alt = texts.picture;
doors.setAttribute('aria-label', texts.doors);
if (next) nextLink.href = next;
if (document.body.dataset.account) account.href = document.body.dataset.account;
picture.addEventListener('load', () => { picture.hidden = false; });
renew.addEventListener('click', () => logIn());
logoutButton.addEventListener('click', logOut);
onLoginChange(followOtherTab);
addEventListener('focus', recheck);
document.addEventListener('visibilitychange', recheck);
setInterval(recheck, RECHECK_MS);

show('starting');
start();
openDoors();
