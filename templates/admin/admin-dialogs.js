// What is asked before something that cannot be undone.
import { h, personal } from './admin-dom.js';
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
