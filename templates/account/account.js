// The account page: who is logged in, their ways to log in, their devices, their data. body's data-state is `starting`,
// `account`, `leaving` for the login page, or `away` where a text stands in place of the account. Like scanlogin.js the
// page needs nothing newer than the browsers of early 2020 have.
import { askToType } from './dialog.js';
import { h, personal, picture } from './dom.js';
import { call, download, Failure } from './requests.js';
import { logout, token, TOKEN_KEY } from './scanlogin.js';
import { devices } from './account-devices.js';
import { identities } from './account-identities.js';
import { actionButton, Part, read } from './account-part.js';
import { attempt, isShown, say, showAccount, showInstead, turnAway } from './account-status.js';
import { language, texts } from './account-texts.js';

const RECHECK_MS = 60000;
const PICTURE_PX = 64;

let user = null;

const profile = new Part('profile', () => read('current/'), (found) => {
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
async function recheck() {
  if (document.hidden || !isShown()) return;
  let found;
  try {
    found = await read('current/');
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    if (failure.status === 401) turnAway(failure.reason);
    return;
  }
  if (!isShown() || JSON.stringify(found) === JSON.stringify(user)) return;
  if (found.username !== user?.username) open();
  else profile.show(found);
}

function followOtherTab({ key }) {
  if (key !== TOKEN_KEY && key !== null) return;
  if (isShown()) recheck();
  else if (token()) location.reload();
}

// With the back button, to the page as it was left.
function comeBack({ persisted }) {
  if (!persisted) return;
  if (isShown()) recheck();
  else location.reload();
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
  if (await attempt(() => download('export/', 'account.json'))) say(texts.exported);
}

async function deleteAccount() {
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
addEventListener('storage', followOtherTab);
addEventListener('focus', recheck);
addEventListener('pageshow', comeBack);
document.addEventListener('visibilitychange', recheck);
setInterval(recheck, RECHECK_MS);
open();
