// One user: fields, identities, sessions, history, and the end of it.
import { call } from './admin-api.js';
import { HISTORY, ownIdentity, session } from './admin-columns.js';
import { askDelete, askUnlinkLast } from './admin-dialogs.js';
import { button, h, heading, personal, picture, shown, time, yesNo } from './admin-dom.js';
import { editorOf, forgetEditor } from './admin-edit.js';
import { mergeUsers } from './admin-merge.js';
import { attempt, say } from './admin-status.js';
import { tableOf } from './admin-table.js';
import { texts, typeName } from './admin-texts.js';

export class UserView {
  #id;
  #path;
  #leave;
  #user = null;
  #edit;
  #place = null;
  #loading = null;
  #acting = false;
  #closed = false;
  #parts = { title: heading(2), facts: h('dl'), identities: h('div'), sessions: h('div'), history: h('div') };

  /** @param {string} id  @param {function(string=)} leave shows the list in this view's place, or another hash */
  constructor(id, leave) {
    this.#id = id;
    this.#path = `users/${id}/`;
    this.#leave = leave;
    this.#edit = editorOf(id);
    this.#edit.onReply = (reply) => {
      this.#show(reply.data);
      if (this.#loading) this.#load(); // what is under way may be older
    };
  }

  get title() {
    return texts.user(this.#id);
  }

  async open(place) {
    this.#place = place;
    this.#parts.title.textContent = this.title;
    place.replaceChildren(this.#parts.title);
    return this.#load();
  }

  close() {
    this.#closed = true;
    this.#loading?.abort();
  }

  async #load() {
    if (this.#closed) return;
    this.#loading?.abort();
    const loading = this.#loading = new AbortController();
    const done = await attempt(async () => {
      const reply = await call(this.#path, { signal: loading.signal });
      this.#edit.receive(reply);
      this.#show(reply.data);
    }, () => this.#load());
    if (this.#loading === loading) this.#loading = null;
    return done;
  }

  // ---- what shows ----

  #show(user) {
    if (this.#closed) return;
    const first = this.#user === null;
    this.#user = user;
    const { title, facts, identities, sessions, history } = this.#parts;
    title.replaceChildren(picture(user.avatar_url, 48, ''), user.nickname || user.username);
    facts.replaceChildren(...factsOf(user));
    identities.replaceChildren(tableOf(texts.identities, ownIdentity((one) => this.#unlinkButton(one)), user.identities));
    sessions.replaceChildren(tableOf(texts.sessions, session((one) => this.#endButton(one)), user.sessions));
    history.replaceChildren(tableOf(texts.history, HISTORY, user.history));
    if (first) this.#layOut();
  }

  #layOut() {
    const { facts, identities, sessions, history } = this.#parts;
    const logOut = button(texts['logout-all'], () => this.#once(() => this.#logOutEverywhere()), { id: 'logout-all' });
    const section = (name, ...children) => h('section', { class: name }, heading(3, texts[name]), children);
    // Beside the title, which would lose the focus if it were put in again.
    this.#place.append(
      section('facts', facts),
      section('edit', this.#edit.element),
      section('identities', identities),
      section('sessions', sessions, logOut),
      section('history', history, h('p', {}, h('a', { href: `#audit?user=${this.#id}` }, texts['history-all']))),
      section('merge', h('p', {}, texts['merge-user-text']), this.#mergeForm()),
      section('danger', h('p', {}, texts['delete-text']),
        button(texts.delete, () => this.#once(() => this.#delete()), { id: 'delete', class: 'danger' })));
  }

  #mergeForm() {
    const into = h('input', { id: 'merge-into', inputmode: 'numeric', pattern: '[1-9][0-9]*', required: true, autocomplete: 'off' });
    const form = h('form', {}, h('label', {}, h('span', {}, texts['merge-other']), into),
      h('button', { id: 'merge' }, texts['merge-ask']));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const other = into.value;
      if (other === String(this.#id)) say(texts['merge-same'], { bad: true });
      else mergeUsers(this.#id, other, () => this.#leave(`#users/${other}`));
    });
    return form;
  }

  #unlinkButton(identity) {
    const { id, oauth_type: type, oauth_id: oauthId } = identity;
    return button(texts.unlink, () => this.#once(() => this.#unlink(identity)),
      { class: 'unlink', 'data-id': id, 'aria-label': texts['unlink-label'](typeName(type), oauthId) });
  }

  #endButton(one) {
    const label = texts['end-session-label'](shown(one.address), shown(one.user_agent));
    return button(texts['end-session'], () => this.#once(() => this.#endSession(one)), { class: 'end', 'aria-label': label });
  }

  // ---- what the person does ----

  // A second click is none.
  async #once(action) {
    if (this.#acting) return;
    this.#acting = true;
    try {
      await action();
    } finally {
      this.#acting = false;
    }
  }

  async #unlink(identity, query = '') {
    let isLast = false;
    const done = await attempt(async () => {
      try {
        await call(`oauths/${identity.id}/${query}`, { method: 'DELETE' });
      } catch (failure) {
        if (failure.code !== 'last-identity') throw failure;
        isLast = true;
      }
    }, () => this.#unlink(identity, query));
    if (isLast) {
      if (await askUnlinkLast(identity)) await this.#unlink(identity, '?last=1');
    } else if (done) {
      await this.#after(texts.unlinked, '.identities h3');
    }
  }

  async #endSession(one) {
    const done = await attempt(async () => {
      try {
        await call(`${this.#path}sessions/${one.id}/`, { method: 'DELETE' });
      } catch (failure) {
        if (failure.status !== 404) throw failure; // it has ended already
      }
    }, () => this.#endSession(one));
    if (done) await this.#after(texts['session-ended'], '.sessions h3');
  }

  async #logOutEverywhere() {
    const done = await attempt(() => call(`${this.#path}logout/`, { method: 'POST' }), () => this.#logOutEverywhere());
    if (done) await this.#after(texts['logged-out'], '#logout-all');
  }

  // What was done shows in several places.
  async #after(text, focus) {
    say(text);
    await this.#load();
    if (!this.#closed) this.#place.querySelector(focus)?.focus();
  }

  async #delete() {
    const user = this.#user;
    if (await askDelete(user)) await this.#deleteNow(user.username);
  }

  async #deleteNow(username) {
    let isStale = false;
    const done = await attempt(async () => {
      try {
        await call(this.#path, { method: 'DELETE', etag: this.#edit.etag, body: { confirm: username } });
      } catch (failure) {
        if (failure.status !== 412) throw failure;
        isStale = true;
      }
    }, () => this.#deleteNow(username));
    if (isStale) {
      say(texts['delete-conflict'], { bad: true });
      await this.#load();
    } else if (done) {
      forgetEditor(this.#id);
      if (!this.#closed) this.#leave();
      say(texts.deleted(personal(username)));
    }
  }
}

function factsOf(user) {
  const fact = (key, value) => h('div', {}, h('dt', {}, texts.labels[key]), h('dd', {}, value));
  return [fact('id', user.id), fact('username', user.username), fact('date_joined', time(user.date_joined)),
    fact('last_login', time(user.last_login)), fact('is_superuser', yesNo(user.is_superuser))];
}
