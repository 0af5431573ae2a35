// The line that says how things went, and what takes the page's place for those who may not use it.
import { Failure } from './admin-api.js';
import { h, heading } from './admin-dom.js';
import { texts } from './admin-texts.js';
import { loginUrl } from './login-url.js';

const [status, retryButton, view] = ['status', 'retry', 'view'].map((id) => document.getElementById(id));
let retryWhat = null;

/** Says `text`, also in pieces, and, in small, the server's own words. With `retry` there is a button for it. */
export function say(text, { bad = false, words, retry = null } = {}) {
  status.classList.toggle('bad', bad);
  status.replaceChildren(...[text].flat(), ...(words ? [h('small', { lang: 'zh-CN' }, words)] : []));
  retryWhat = retry;
  retryButton.hidden = retry === null;
}

retryButton.addEventListener('click', () => {
  const again = retryWhat;
  view.querySelector('h2')?.focus(); // the button goes away
  say('');
  again();
});

/**
 * In place of a view: `login` or `forbidden`. Nothing of what was shown stays. Whoever has no access is to choose another
 * account at the login page, and does not come back from there by themselves.
 */
export function turnAway(why) {
  document.body.dataset.view = why;
  say('');
  const title = heading(2, texts[why]);
  view.replaceChildren(title, h('p', {}, texts[`${why}-text`]),
    h('p', {}, h('a', { id: 'login-link', href: loginUrl({ back: why === 'login' }) }, texts['login-link'])));
  title.focus();
}

const isPassing = ({ status: code }) => code === 429 || code >= 500;

function complain(failure, retry) {
  if (failure.status === 401) turnAway('login');
  else if (failure.status === 403 && !failure.write) turnAway('forbidden');
  else if (failure.status === 0) say(texts.unreachable, { bad: true, retry });
  else if (isPassing(failure)) say(texts.unavailable, { bad: true, retry });
  else say(failure.status === 404 ? texts.missing : texts.refused, { bad: true, words: failure.message });
}

/** Runs what asks the server, and says what goes wrong. @returns {Promise<boolean>} whether it succeeded */
export async function attempt(action, retry) {
  try {
    await action();
    return true;
  } catch (error) {
    if (error.name === 'AbortError') return false; // nobody wants that reply any more
    if (!(error instanceof Failure)) throw error;
    complain(error, retry);
    return false;
  }
}
