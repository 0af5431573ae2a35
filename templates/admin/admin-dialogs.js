// What is asked before something that cannot be undone.
import { h, isEmpty, personal, picture, shown, time, yesNo } from './admin-dom.js';
import { texts, typeName } from './admin-texts.js';
import { ask, askToType } from './dialog.js';

const { cancel } = texts;
const yesButton = (id, label) => h('button', { id, class: 'danger' }, label);

export function askUnlinkLast({ oauth_type: type, oauth_id: id }) {
  return ask({
    id: 'last-identity',
    title: texts['last-title'],
    body: [h('p', {}, `${typeName(type)} `, h('code', {}, id)), h('p', {}, texts['last-text'])],
    yes: yesButton('confirm-last', texts['last-yes']),
    cancel,
  });
}

// What an admin chooses between, and what they are only to see.
const KEEPABLE = { nickname: shown, avatar_url: (url) => picture(url, 48), gender: shown, phone_number: shown };
const SEEN = { username: shown, date_joined: time, last_login: time, is_active: yesNo, is_staff: yesNo, identities };

function identities(all) {
  if (all.length === 0) return shown(null);
  return h('ul', { class: 'details' }, all.map(({ oauth_type: type, oauth_id: id }) =>
    h('li', {}, `${typeName(type)} `, h('code', {}, id))));
}

const row = (label, cells, attributes = {}) =>
  h('div', { class: 'pair', ...attributes }, h('div', { class: 'quiet' }, label), cells.map((cell) => h('div', {}, cell)));

// Where the one who stays has nothing, the other's is proposed.
function choice(name, show, users) {
  const values = users.map((user) => user[name]);
  if (values[0] === values[1] || values.every(isEmpty)) return row(texts.labels[name], values.map((value) => show(value)));
  const cells = users.map((user, side) => {
    const value = values[side];
    const checked = (side === 0) === isEmpty(values[1]);
    const label = texts['merge-take'](name === 'avatar_url' ? texts.labels[name] : shown(value), user.id);
    return h('label', {}, h('input', { type: 'radio', name, value: side === 0 ? 'from' : 'into', checked, 'aria-label': label }),
      h('div', {}, show(value)));
  });
  return row(texts.labels[name], cells, { role: 'radiogroup', 'aria-label': texts.labels[name] });
}

/** Shows both beside each other. @returns {Promise<?string[]>} the fields to be taken from `from`; null: no */
export async function askMerge(from, into) {
  const users = [from, into];
  const sides = h('div', { class: 'sides' },
    row('', [h('strong', {}, texts['merge-from'](from.id)), h('strong', {}, texts['merge-stays'](into.id))]),
    Object.entries(KEEPABLE).map(([name, show]) => choice(name, show, users)),
    Object.entries(SEEN).map(([name, show]) => row(texts.labels[name] ?? texts[name], users.map((user) => show(user[name])))));
  const answer = await askToType({
    id: 'merge-users',
    title: texts['merge-title'](from.id, into.id),
    body: [h('p', {}, texts['merge-text'](from.id, into.id)), sides],
    expected: from.username,
    label: texts['delete-confirm'](personal(from.username)),
    yes: yesButton('confirm-merge', texts['merge-yes']),
    cancel,
  });
  return answer ? [...sides.querySelectorAll('input[value="from"]:checked')].map(({ name }) => name) : null;
}

export function askDelete({ username }) {
  return askToType({
    id: 'delete-user',
    title: texts['delete-title'](personal(username)),
    body: [h('p', {}, texts['delete-text'])],
    expected: username,
    label: texts['delete-confirm'](personal(username)),
    yes: yesButton('confirm-delete', texts['delete-yes']),
    cancel,
  });
}
