// Dialogs, and what is asked before something that cannot be undone.
import { button, h } from './dom.js';

/**
 * Shows a dialog until the person has answered.
 * @param {object} options
 * @param {string} options.id of the dialog
 * @param {string|Array} options.title
 * @param {Node[]} options.body above the buttons
 * @param {HTMLButtonElement} options.yes submits; while it is disabled there is no yes
 * @param {string} options.cancel the label of the other button
 * @returns {Promise<boolean>} whether the person said yes
 */
export function ask({ id, title, body, yes, cancel }) {
  const form = h('form', { method: 'dialog' }, body,
    h('div', { class: 'buttons' }, button(cancel, () => dialog.close()), yes));
  let answer = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    answer = !yes.disabled;
    dialog.close();
  });
  const { dialog, closed } = showDialog({ id, title, content: [form] });
  return closed.then(() => answer);
}

/**
 * Shows a dialog with the title above the content until it is closed, by its close() or by the person.
 * @returns {{dialog: HTMLDialogElement, closed: Promise}}
 */
export function showDialog({ id, title, content }) {
  const dialog = h('dialog', { id, 'aria-labelledby': `${id}-title` }, h('h2', { id: `${id}-title` }, title), content);
  const closed = new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve();
    });
  });
  document.body.append(dialog);
  if (dialog.showModal) dialog.showModal();
  else showInPlace(dialog);
  return { dialog, closed };
}

/**
 * The same, and the person has to type `expected` before there is a yes.
 * @param {string|Array} options.label of the field
 */
export function askToType({ expected, label, body, yes, ...question }) {
  const name = h('input', { id: 'confirm-name', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' });
  name.addEventListener('input', () => { yes.disabled = name.value !== expected; });
  yes.disabled = true;
  return ask({ ...question, yes, body: [body, h('label', {}, h('span', {}, label), name)].flat() });
}

// Before Firefox 98 and Safari 15.4 <dialog> is an element like any other: the rest of the page makes room for it.
function showInPlace(dialog) {
  const rest = [...document.body.children].filter((element) => element !== dialog && !element.hidden);
  const focused = document.activeElement;
  for (const element of rest) element.hidden = true;
  dialog.setAttribute('open', '');
  dialog.setAttribute('role', 'dialog');
  dialog.close = () => {
    for (const element of rest) element.hidden = false;
    focused.focus();
    dialog.dispatchEvent(new Event('close'));
  };
  dialog.addEventListener('keydown', ({ key }) => { if (key === 'Escape') dialog.close(); });
  dialog.querySelector('input, button').focus();
}
