// The line that says how things went, and what takes the page's place for whoever is not, or no longer, logged in.
import { h } from './dom.js';
import { loginUrl } from './login-url.js';
import { Failure } from './requests.js';
import { texts } from './account-texts.js';

const SENT = 'scanlogin.account.sent'; // in sessionStorage: this tab has been sent to the login page
const [status, account, away, title, text, link] =
  ['status', 'account', 'away', 'away-title', 'away-text', 'away-link'].map((id) => document.getElementById(id));

// ---- the line ----

/** Says `what`, also in pieces, and, in small, the server's own words. Once the account is gone nothing is said of it. */
export function say(what, { bad = false, words } = {}) {
  if (account.hidden && what !== '') return;
  status.classList.toggle('bad', bad);
  status.textContent = '';
  status.append(...[what].flat(), ...(words ? [h('small', { lang: 'zh-CN' }, words)] : []));
}

/** What went wrong: `text` in the page's words, and `words`, the server's own, where the page has none for it. */
export function explain({ status: code, msg }) {
  if (code === 0) return { text: texts.unreachable };
  if (code === 429 || code >= 500) return { text: texts.unavailable };
  return { text: texts.refused, words: msg };
}

/**
 * Runs what asks the server, and says what goes wrong.
 * @param {function(): Promise} action
 * @param {Object<string, string>} [known] what to say, by the failure's code or status
 * @returns {Promise<boolean>} whether it succeeded
 */
export async function attempt(action, known = {}) {
  say('');
  try {
    await action();
    return true;
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    if (failure.status === 401) turnAway(failure.reason);
    else complain(failure, known);
    return false;
  }
}

function complain(failure, known) {
  const own = known[failure.code] ?? known[failure.status];
  if (own) return say(own, { bad: true });
  const { text: what, words } = explain(failure);
  say(what + (words ? '' : texts.again), { bad: true, words });
}

// ---- the page ----

const show = (state) => {
  document.body.dataset.state = state;
  document.getElementById('starting').hidden = true;
  account.hidden = state !== 'account';
  away.hidden = state === 'account';
};
export const isShown = () => document.body.dataset.state === 'account';
export const isGone = () => document.body.dataset.state === 'away';

export function showAccount() {
  if (isShown()) return;
  show('account');
  try {
    sessionStorage.removeItem(SENT);
  } catch { /* then the tab was not sent anywhere either */ }
}

/** In place of the account. Nothing of what was shown stays. @param {string} why one of texts.away */
export function showInstead(why) {
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
  for (const content of account.querySelectorAll('.content')) content.textContent = '';
  say('');
  [title.textContent, text.textContent] = texts.away[why];
  link.textContent = why === 'deleted' ? texts.home : why === 'missing' ? texts['log-in'] : texts['log-in-again'];
  link.href = why === 'deleted' ? document.body.dataset.home : loginUrl();
  document.title = `${title.textContent} – ${texts.title}`;
  show('away');
  title.focus();
  scrollTo(0, 0);
}

/**
 * The server does not know whoever asks, for this `reason` of a 401. Who has just come goes to the login page, once: who
 * comes back from there no better is told so. And who should know why the login ended is told first.
 */
export function turnAway(reason) {
  const { state } = document.body.dataset;
  if (isGone() || state === 'leaving') return;
  const why = texts.away[reason] ? reason : state === 'account' ? 'unknown' : 'missing';
  const isNews = why === 'replaced' || why === 'revoked' || why === 'disabled';
  if (state === 'account' || isNews || !mayLeave()) return showInstead(why);
  document.body.dataset.state = 'leaving';
  location.replace(loginUrl());
}

// Without a memory the tab could go to and fro for ever: then it stays.
function mayLeave() {
  try {
    if (sessionStorage.getItem(SENT) !== null) return false;
    sessionStorage.setItem(SENT, '1');
    return true;
  } catch {
    return false;
  }
}
