// A part of the page that shows what the server has. Each fails, and is tried again, by itself.
import { button, h } from './dom.js';
import { call, Failure } from './requests.js';
import { explain, isGone, turnAway } from './account-status.js';
import { texts } from './account-texts.js';

const SETTLE_MS = 500; // longer than between the two clicks of a double one

export class Part {
  /**
   * @param {string} id of its section
   * @param {function(): Promise<object>} read asks the server for what it shows
   * @param {function(object): (Node|string)[]} draw makes the content of that
   */
  constructor(id, read, draw) {
    const section = document.getElementById(id);
    this.read = read;
    this.draw = draw;
    this.heading = section.querySelector('h2');
    this.content = section.querySelector('.content');
    this.round = 0;
    this.drawn = false;
  }

  /** @returns {Promise<boolean>} whether it shows what the server has */
  async load() {
    const mine = ++this.round; // a load that a newer one replaced has no say
    if (!this.drawn) this.fill([h('p', { class: 'loading' }, texts.loading)]);
    this.content.setAttribute('aria-busy', 'true');
    let data = null;
    let failure = null;
    try {
      data = await this.read();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failure = error;
    }
    if (mine !== this.round || isGone()) return false;
    this.content.removeAttribute('aria-busy');
    if (failure) this.fail(failure);
    else this.show(data);
    return failure === null;
  }

  show(data) {
    const again = this.drawn;
    this.drawn = true;
    this.fill(this.draw(data));
    if (again) settle(this.content);
  }

  fail(failure) {
    if (failure.status === 401) return turnAway(failure.reason);
    this.drawn = false;
    const { text, words } = explain(failure);
    this.fill([
      h('p', { class: 'bad', role: 'alert' }, text, words ? h('small', { lang: 'zh-CN' }, words) : null),
      button(texts.retry, () => this.load(), { class: 'retry' }),
    ]);
  }

  fill(children) {
    refill(this.content, this.heading, children);
  }
}

/**
 * Puts other children into `content`. When the button that has the focus goes away, the focus goes to the one that takes its
 * place, else to the heading.
 */
export function refill(content, heading, children) {
  const buttons = () => [...content.querySelectorAll('button')];
  const focused = buttons().indexOf(document.activeElement);
  content.textContent = '';
  content.append(...children);
  if (focused < 0) return;
  const left = buttons();
  (left[Math.min(focused, left.length - 1)] ?? heading).focus();
}

/** The second click of a double one must not hit what has just moved in `content` to where the first one was. */
export function settle(content) {
  const moved = [...content.querySelectorAll('button:not([aria-disabled])')];
  for (const one of moved) one.setAttribute('aria-disabled', 'true');
  setTimeout(() => { for (const one of moved) one.removeAttribute('aria-disabled'); }, SETTLE_MS);
}

/** A button whose action goes on until its promise has settled: a click meanwhile is none. */
export function actionButton(element, action) {
  element.addEventListener('click', async () => {
    if (element.getAttribute('aria-disabled') === 'true') return;
    element.setAttribute('aria-disabled', 'true'); // `disabled` would cost it the focus
    element.classList.add('busy');
    try {
      await action();
    } finally {
      element.removeAttribute('aria-disabled');
      element.classList.remove('busy');
    }
  });
  return element;
}

/** What is at `path`, below the endpoints. @throws {Failure} */
export const read = async (path) => (await call(path)).data;

/** Deletes what is at `path`. It is as good if it is gone already: an earlier reply may have got lost. @throws {Failure} */
export async function remove(path) {
  try {
    await call(path, { method: 'DELETE' });
  } catch (failure) {
    if (failure.status !== 404) throw failure;
  }
}
