// The form of one user's fields. It shows what a change will do before it is saved, can undo what it saved, and writes
// over nothing that it has not shown: every change names the version it is meant for.
import { call } from './admin-api.js';
import { change } from './admin-columns.js';
import { button, h, heading, shown } from './admin-dom.js';
import { attempt, say } from './admin-status.js';
import { tableOf } from './admin-table.js';
import { texts } from './admin-texts.js';

const FIELDS = {
  nickname: { type: 'text' },
  phone_number: { type: 'tel' },
  gender: { type: 'text', list: 'genders' },
  is_active: { type: 'checkbox' },
  is_staff: { type: 'checkbox' },
};
const NAMES = Object.keys(FIELDS);
const WORDS = ['男', '女']; // what WeChat's logins fill in

const editors = new Map(); // by user id: what is unsaved or can be undone outlives a look at another view

/** The one editor of a user, as long as the page is open. */
export function editorOf(id) {
  if (!editors.has(id)) editors.set(id, new Editor(id));
  return editors.get(id);
}
export const forgetEditor = (id) => editors.delete(id);
export const hasUnsaved = () => [...editors.values()].some((editor) => editor.unsaved);

class Editor {
  etag = null;
  onReply = () => {}; // called with each reply that has the whole user
  #path;
  #stored = null; // the values at the server, as of `etag`
  #draft = {}; // the person's own, where they differ
  #others = {}; // what fields had been before someone else changed them under the draft
  #elsewhere = false; // someone else changed the user, if not these fields
  #done = []; // what was saved, {field: [before, after]}, the latest last
  #writing = false;
  #form;
  #parts;

  constructor(id) {
    this.#path = `users/${id}/`;
    this.#parts = {
      changes: h('div', { id: 'changes' }),
      others: h('div', { id: 'others' }),
      save: h('button', { id: 'save', class: 'primary' }, texts.save),
      discard: button(texts.discard, () => this.#discard(), { id: 'discard' }),
      undo: button('', () => this.#undo(), { id: 'undo' }),
    };
    const { changes, others, save, discard, undo } = this.#parts;
    this.#form = h('form', { class: 'edit', autocomplete: 'off' }, h('div', { class: 'fields' }, NAMES.map(field)),
      h('datalist', { id: 'genders' }, WORDS.map((value) => h('option', { value }))),
      others, changes, h('div', { class: 'buttons' }, save, discard, undo));
    this.#form.addEventListener('input', ({ target }) => this.#edit(target));
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#save();
    });
  }

  get element() {
    return this.#form;
  }

  get unsaved() {
    return Object.keys(this.#draft).length > 0;
  }

  /** Takes over what the server has. What the person has not saved stays, and what others changed under it shows. */
  receive({ data, etag }) {
    const before = this.#stored;
    this.etag = etag;
    this.#stored = Object.fromEntries(NAMES.map((name) => [name, data[name] ?? '']));
    if (before && this.unsaved) {
      const changed = NAMES.filter((name) => before[name] !== this.#stored[name]);
      this.#others = { ...Object.fromEntries(changed.map((name) => [name, before[name]])), ...this.#others };
    }
    this.#settle();
  }

  // ---- what the person does ----

  #edit(input) {
    this.#draft[input.name] = input.type === 'checkbox' ? input.checked : input.value;
    this.#settle();
    say('');
  }

  #discard() {
    this.#draft = {};
    this.#settle();
    say(texts.discarded);
    this.#form.elements.nickname.focus();
  }

  async #save() {
    if (!this.unsaved) return;
    const saved = await this.#write({ ...this.#draft }, 'conflict', () => this.#save());
    if (!saved) return;
    this.#done.push(saved);
    this.#show();
    say(texts.saved);
    this.#parts.undo.focus();
  }

  async #undo() {
    const last = this.#done.at(-1);
    const values = Object.fromEntries(Object.entries(last).map(([name, [before]]) => [name, before]));
    const changedSince = Object.keys(last).filter((name) => this.#stored[name] !== last[name][1]);
    if (changedSince.length > 0) {
      this.#done.pop();
      this.#others = Object.fromEntries(changedSince.map((name) => [name, last[name][1]]));
      return this.#putBack(values, 'undo-conflict');
    }
    if (!await this.#write(values, 'undo-conflict', () => this.#undo())) return;
    this.#done.pop();
    this.#show();
    say(texts.undone);
    (this.#parts.undo.hidden ? this.#form.elements.nickname : this.#parts.undo).focus();
  }

  // What is not to be written blindly becomes the person's unsaved change. There is none if the server has it already:
  // an earlier reply may have got lost.
  #putBack(values, conflict, present = null) {
    this.#draft = { ...values, ...this.#draft };
    this.#elsewhere = true;
    if (present) this.#take(present);
    else this.#settle();
    say(this.unsaved ? texts[conflict] : texts.saved, { bad: this.unsaved });
    this.#parts.others.querySelector('h3')?.focus();
  }

  // ---- the server ----

  // Returns what has become of the fields, {field: [before, after]}; nothing if they were not written.
  async #write(values, conflict, retry) {
    if (this.#writing) return;
    this.#writing = true;
    const before = this.#stored;
    let written;
    try {
      await attempt(async () => {
        let reply;
        try {
          reply = await call(this.#path, { method: 'PATCH', etag: this.etag, body: values });
        } catch (failure) {
          if (failure.status !== 412) throw failure;
          this.#putBack(values, conflict, await call(this.#path));
          return;
        }
        for (const name in values) if (this.#draft[name] === values[name]) delete this.#draft[name];
        this.#others = {};
        this.#elsewhere = false;
        this.#take(reply);
        written = Object.fromEntries(Object.keys(values).map((name) => [name, [before[name], this.#stored[name]]]));
      }, retry);
    } finally {
      this.#writing = false;
    }
    return written;
  }

  #take(reply) {
    this.receive(reply);
    this.onReply(reply);
  }

  // ---- what shows ----

  // A draft that is what the server has anyway is none.
  #settle() {
    for (const name in this.#draft) if (this.#draft[name] === this.#stored[name]) delete this.#draft[name];
    if (!this.unsaved) {
      this.#others = {};
      this.#elsewhere = false;
    }
    this.#show();
  }

  #show() {
    for (const name of NAMES) this.#showField(this.#form.elements[name], this.#draft[name] ?? this.#stored[name]);
    const { changes, others, save, discard, undo } = this.#parts;
    changes.replaceChildren(...(this.unsaved ? this.#changes() : []));
    others.replaceChildren(...(Object.keys(this.#others).length || this.#elsewhere ? this.#comparison() : []));
    save.disabled = discard.disabled = !this.unsaved;
    undo.hidden = this.#done.length === 0;
    undo.textContent = texts.undo(Object.keys(this.#done.at(-1) ?? {}).map((name) => texts.labels[name]));
  }

  #showField(input, value) {
    if (input.type === 'checkbox') input.checked = value;
    else if (input.value !== value) input.value = value; // else the cursor would jump
    input.closest('label').classList.toggle('changed', input.name in this.#draft);
  }

  #changes() {
    return [h('h3', {}, texts.changes), h('ul', {}, Object.entries(this.#draft).map(([name, value]) =>
      h('li', {}, h('b', {}, texts.labels[name]), ' ', change(this.#stored[name], value))))];
  }

  #comparison() {
    const title = heading(3, texts.others);
    const names = Object.keys(this.#others);
    if (names.length === 0) return [title, h('p', {}, texts['others-none'])];
    return [title, tableOf(texts.others, [
      { key: 'field', label: texts.field, cell: (name) => texts.labels[name] },
      { key: 'before', label: texts.before, cell: (name) => shown(this.#others[name]) },
      { key: 'now', label: texts.now, cell: (name) => h('b', {}, shown(this.#stored[name])) },
      { key: 'yours', label: texts.yours, cell: (name) => shown(this.#draft[name]) },
    ], names)];
  }
}

function field(name) {
  return h('label', { class: FIELDS[name].type },
    h('span', {}, texts.labels[name], h('em', {}, texts.unsaved)),
    h('input', { name, ...FIELDS[name], 'aria-describedby': name === 'is_active' ? 'active-hint' : null }),
    name === 'is_active' ? h('small', { id: 'active-hint' }, texts['active-hint']) : null);
}
