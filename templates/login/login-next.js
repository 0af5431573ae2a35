// What the page was opened with. Where the person was going when the site asked for a login: ?next=, a path of this site and
// nothing else. Behind a login for which a provider had the whole window: #uuid=…&provider=…&next=…, or ?error=.

const KEY = 'scanlogin.next'; // in sessionStorage: where this tab was sent last, and when
const STRAIGHT_KEY = 'scanlogin.straight'; // when this tab was last sent to log in without a click
const LOOP_MS = 10000;

const asked = new URLSearchParams(location.search);
const brought = new URLSearchParams(location.hash.slice(1));

/** The URL on this site, whole; null where `next` is not there or could lead anywhere else. */
export const next = urlOf(asked.get('next') ?? brought.get('next'));

/** The login that has come back to this page, and why one came to nothing; null without. Told once, not after a reload. */
export const { uuid, provider, error } = takeLogin();

function takeLogin() {
  const [came, failed] = [brought.get('uuid'), asked.get('error')];
  if (came !== null || failed !== null) {
    asked.delete('error');
    if (brought.has('next')) asked.set('next', brought.get('next'));
    const query = String(asked);
    history.replaceState(history.state, '', location.pathname + (query && `?${query}`));
  }
  const name = brought.get('provider') ?? 'wx';
  return { uuid: /^[a-z0-9]+$/.test(name) ? came : null, provider: name, error: came === null ? failed : null };
}

// A browser takes `//host` and `/\host` for another host, and leaves out line ends and tabs before it looks.
function urlOf(path) {
  if (!/^\/(?![/\\])[^\x00-\x1f\x7f-\x9f]*$/.test(path ?? '')) return null;
  const { origin, href } = new URL(path, location.href);
  return origin === location.origin ? href : null;
}

/**
 * Leads on to `next`, in the login page's place in the history; not if the person came here by the back button.
 * @param {boolean} anew whether the person has logged in on this page: then at any rate
 * @returns {boolean} false if the tab was sent right back from there. That page does not see the login: it may know of a
 *   cookie alone. Going there once more would go on for ever
 */
export function goOn(anew) {
  if (!anew && byBackButton()) return true;
  if (!anew && wasSentBack()) return false;
  if (remember({ next, at: Date.now() })) location.replace(next); // else a circle would not be seen
  return true;
}

// A scan leaves the page in the history more than once: WeChat's frame has moved.
function byBackButton() {
  const [entry] = performance.getEntriesByType('navigation');
  return entry ? entry.type === 'back_forward' : performance.navigation.type === 2; // before Safari 15
}

/** To have been sent here was right: nobody is logged in. */
export function forgetWay() {
  try {
    sessionStorage.removeItem(KEY);
  } catch { /* then there is none */ }
}

function wasSentBack() {
  const last = recall();
  return last !== null && (last.next === next || Math.abs(Date.now() - last.at) < LOOP_MS);
}

/**
 * Leads to a login that asks for no click, in this page's place in the history.
 * @returns {boolean} false if it has just led there: the site does not see who has logged in
 */
export function goStraight(url) {
  const last = recall(STRAIGHT_KEY);
  if (byBackButton() || (last !== null && Math.abs(Date.now() - last) < LOOP_MS)) return false;
  if (!remember(Date.now(), STRAIGHT_KEY)) return false;
  location.replace(url);
  return true;
}

/**
 * Leads back to the account page, which began a linking (`next` has `linked=`) and tells why it came to nothing.
 * @returns {boolean} false if nothing was linked: then it is told here
 */
export function leadBack(code) {
  const { account } = document.body.dataset;
  const url = new URL(next ?? location.href);
  if (!account || !url.searchParams.has('linked') || url.pathname !== new URL(account, location.href).pathname) return false;
  url.searchParams.set('error', code);
  location.replace(url.href);
  return true;
}

function recall(key = KEY) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

function remember(what, key = KEY) {
  try {
    sessionStorage.setItem(key, JSON.stringify(what));
    return true;
  } catch {
    return false; // not for this page
  }
}
