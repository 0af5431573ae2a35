// What is asked before something that cannot be undone.
import { button, h, personal } from './admin-dom.js';
import { texts, typeName } from './admin-texts.js';

// Shows the dialog; resolves with whether the person said yes.
function ask({ id, title, body, yes }) {
  return new Promise((resolve) => {
    const form = h('form', { method: 'dialog' }, h('h2', { id: `${id}-title` }, title), body,
      h('div', { class: 'buttons' }, button(texts.cancel, () => dialog.close()), yes));
    const dialog = h('dialog', { id, 'aria-labelledby': `${id}-title` }, form);
    let answer = false;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      answer = !yes.disabled;
      dialog.close();
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

const yesButton = (id, label, attributes) => h('button', { id, class: 'danger', ...attributes }, label);

export function askUnlinkLast({ oauth_type: type, oauth_id: id }) {
  return ask({
    id: 'last-identity',
    title: texts['last-title'],
    body: [h('p', {}, `${typeName(type)} `, h('code', {}, id)), h('p', {}, texts['last-text'])],
    yes: yesButton('confirm-last', texts['last-yes']),
  });
}

/** The button works once the username has been typed. */
export function askDelete({ username }) {
  const yes = yesButton('confirm-delete', texts['delete-yes'], { disabled: true });
  const name = h('input', { id: 'confirm-name', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' });
  name.addEventListener('input', () => { yes.disabled = name.value !== username; });
  return ask({
    id: 'delete-user',
    title: texts['delete-title'](personal(username)),
    body: [h('p', {}, texts['delete-text']), h('label', {}, h('span', {}, texts['delete-confirm'](personal(username))), name)],
    yes,
  });
}
