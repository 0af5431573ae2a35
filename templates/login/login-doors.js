// The ways in besides the QR code: a button for each provider that works in this browser. Each leads to the provider, and from
// there back to where the person was going.
import { language, texts } from './login-texts.js';

/**
 * Puts the buttons into `place`.
 * @param {Element} place
 * @param {{api: string, next: ?string}} options next: the URL on this site where the person is going
 * @returns {Promise<{scans: boolean, elsewhere: boolean, straight: ?string}>} scans: whether there is a QR code to scan, true
 *   without an answer; elsewhere: whether WeChat's own browser is where WeChat works; straight: in that browser, the way
 *   that asks those who are known nothing
 */
export async function showDoors(place, { api, next }) {
  const ways = await ask(`${api}login/`);
  const start = ({ name }) => `${api}login/${name}/start/?next=${encodeURIComponent(pathOf(next))}`;
  for (const way of ways.filter(({ kind, here }) => kind === 'redirect' && here)) {
    const door = document.createElement('a');
    door.className = 'door';
    door.href = start(way);
    door.textContent = texts.door.replace('{}', () => way.label[language === 'en' ? 'en' : 'zh']);
    place.append(door);
  }
  const scan = ways.find(({ kind }) => kind === 'scan');
  const account = ways.find(({ name }) => name === 'mp');
  // A phone cannot scan its own screen, but another one can, where there is no better way.
  const scans = !ways.length || Boolean(scan && (scan.here || !account) && !account?.here);
  return { scans, elsewhere: Boolean(account && !account.here), straight: account?.here ? start(account) : null };
}

// To this page where the person was going nowhere else: it shows who has come.
function pathOf(url) {
  const { pathname, search, hash } = new URL(url ?? location.pathname, location.href);
  return pathname + search + hash;
}

// Empty without an answer; an older server has none.
async function ask(url) {
  try {
    const response = await fetch(url, { cache: 'no-store' });
    const { data } = await response.json();
    return data?.providers ?? [];
  } catch {
    return [];
  }
}
