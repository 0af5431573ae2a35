// The ways in besides the QR code: a button for each provider that works in this browser. Each leads to the provider, and from
// there back to where the person was going.
import { language, texts } from './login-texts.js';

/**
 * Puts the buttons into `place`.
 * @param {Element} place
 * @param {{api: string, next: ?string}} options next: the URL on this site where the person is going
 * @returns {Promise<boolean>} whether there is a QR code to scan; true without an answer
 */
export async function showDoors(place, { api, next }) {
  const ways = await ask(`${api}login/`);
  const doors = ways.filter(({ kind, here }) => kind === 'redirect' && here);
  for (const { name, label } of doors) {
    const door = document.createElement('a');
    door.className = 'door';
    door.href = `${api}login/${name}/start/?next=${encodeURIComponent(pathOf(next))}`;
    door.textContent = texts.door.replace('{}', () => label[language === 'en' ? 'en' : 'zh']);
    place.append(door);
  }
  return !ways.length || ways.some(({ kind }) => kind === 'scan');
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
