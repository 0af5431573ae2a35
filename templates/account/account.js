// The account page: who is logged in, their ways to log in, their devices, their data. body's data-state is `starting`,
// `account`, `leaving` for the login page, or `away` where a text stands in place of the account. Like scanlogin.js the
// page needs nothing newer than the browsers of early 2020 have.
import { askToType } from './dialog.js';
import { h, personal, picture } from './dom.js';
import { call, download, Failure } from './requests.js';
import { currentUser, logout, onLoginChange } from './scanlogin.js';
import { devices } from './account-devices.js';
import { identities } from './account-identities.js';
import { actionButton, Part } from './account-part.js';
import { attempt, isGone, isShown, say, showAccount, showInstead, turnAway } from './account-status.js';
import { language, texts } from './account-texts.js';

const RECHECK_MS = 60000;
const PICTURE_PX = 64;

let user = null;

// Also where the page keeps a token of before, and the browser has the cookie.
async function readUser() {
  const { user: found, reason } = await currentUser().catch((error) => {
    throw error.status === undefined ? error : new Failure(error);
  });
  if (found) return found;
  throw new Failure({ status: 401, reason });
}

const profile = new Part('profile', readUser, (found) => {
  user = found;
  const { username, nickname, avatar_url: url } = found;
  return [h('div', { class: 'person' }, picture(url, { size: PICTURE_PX, alt: texts.picture }), h('div', {},
    h('p', { class: 'name' }, personal(nickname || username)),
    h('p', { class: 'quiet' }, `${texts.username} `, personal(username))))];
});

// Each part by itself; but nobody is shown any before it is known that somebody is logged in.
async function open() {
  await profile.load();
  if (document.body.dataset.state !== 'starting' && !isShown()) return;
  showAccount();
  identities.load();
  devices.load();
}

// The session may have ended elsewhere, or somebody else may have logged in.
async function look() {
  const gone = isGone();
  let found;
  try {
    found = await readUser();
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    if (failure.status === 401 && isShown()) turnAway(failure.reason);
    return;
  }
  if (gone && isGone()) location.reload();
  if (!isShown() || JSON.stringify(found) === JSON.stringify(user)) return;
  if (found.username === user?.username) profile.show(found);
  else open();
}

function recheck() {
  if (!document.hidden && isShown()) look();
}

// With the back button, to the page as it was left.
function comeBack({ persisted }) {
  if (!persisted) return;
  if (!isShown()) return location.reload();
  recheck();
  identities.load(); // one may have been linked
}

// ---- what the person does ----

async function logOut() {
  say('');
  try {
    await logout();
  } catch (error) {
    if (error.status === undefined) throw error; // a fault of this page's
    say(texts['logout-failed'], { bad: true });
    return;
  }
  showInstead('logged-out');
}

async function exportData() {
  if (await attempt(() => download('export/'))) say(texts.exported);
}

async function deleteAccount() {
  say('');
  if (user === null && !await profile.load()) return;
  const { username } = user;
  const sure = await askToType({
    id: 'delete-account',
    title: texts['delete-title'],
    body: [h('p', {}, texts['end-text'])],
    expected: username,
    label: texts['delete-confirm'](personal(username)),
    yes: h('button', { id: 'confirm-delete', class: 'danger' }, texts['delete-yes']),
    cancel: texts.cancel,
  });
  if (!sure) return;
  const done = await attempt(() => call('current/', { method: 'DELETE', body: { confirm: username } }),
    { 400: texts['wrong-confirm'], 1003: texts['is-staff'], 409: texts['in-use'] });
  if (!done) return;
  showInstead('deleted');
  logout().catch(() => {}); // the token is dead; this makes the browser forget it
}

// ---- start ----

document.documentElement.lang = language;
document.title = texts.title;
for (const element of document.querySelectorAll('[data-text]')) element.textContent = texts[element.dataset.text];
for (const [id, action] of Object.entries({ logout: logOut, export: exportData, delete: deleteAccount })) {
  actionButton(document.getElementById(id), action);
}
onLoginChange(look);
addEventListener('focus', recheck);
addEventListener('pageshow', comeBack);
document.addEventListener('visibilitychange', recheck);
setInterval(recheck, RECHECK_MS);
open();
