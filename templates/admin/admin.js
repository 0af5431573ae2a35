// The admin page. The hash says what shows: #users, #users/7, #oauths, #clashes, #audit, the lists with ?filters.
import { call, Failure } from './admin-api.js';
import { hasUnsaved } from './admin-edit.js';
import { ListView } from './admin-list.js';
import { LISTS } from './admin-lists.js';
import { say } from './admin-status.js';
import { language, texts } from './admin-texts.js';
import { UserView } from './admin-user.js';
import { onLoginChange } from './scanlogin.js';

const place = document.getElementById('view');
const clashes = document.querySelector('#tabs a[href="#clashes"]');
let view = null;

function viewOf(hash) {
  const [path, query] = hash.slice(1).split('?');
  const [name, id] = path.split('/');
  if (name === 'users' && /^[1-9]\d*$/.test(id)) return ['user', new UserView(id, leaveUser)];
  if (!Object.hasOwn(LISTS, name)) return viewOf('#users');
  return [name, new ListView(name, new URLSearchParams(query))];
}

function show({ focus = true } = {}) {
  view?.close();
  say('');
  const [name, next] = viewOf(location.hash);
  view = next;
  document.body.dataset.view = name;
  document.title = `${view.title} – ${texts.title}`;
  const tab = name === 'user' ? 'users' : name;
  for (const link of document.querySelectorAll('#tabs a')) {
    if (link.hash === `#${tab}`) link.setAttribute('aria-current', name === 'user' ? 'true' : 'page');
    else link.removeAttribute('aria-current');
  }
  view.open(place).then((done) => { if (done) lookForClashes(); });
  if (focus) place.querySelector('h2').focus();
}

// There is a list of them where there is one to be shown. Who cannot tell says nothing: all else can be done.
async function lookForClashes() {
  try {
    const { data } = await call('clashes/?limit=1');
    clashes.hidden = data.items.length === 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

// Nothing leads back to a user who is gone.
function leaveUser(hash = '#users') {
  history.replaceState(null, '', hash);
  show();
}

document.documentElement.lang = language;
document.getElementById('tabs').setAttribute('aria-label', texts.sections);
for (const element of document.querySelectorAll('[data-text]')) element.textContent = texts[element.dataset.text];
addEventListener('hashchange', () => show());
onLoginChange(() => show());
addEventListener('beforeunload', (event) => { if (hasUnsaved()) event.preventDefault(); });
show({ focus: false });
