// A list: filters, a table to sort, more of it on demand, all of it as CSV. The hash holds filters and order, so that
// a reload and the back button find them again.
import { call, download } from './admin-api.js';
import { button, h, heading } from './admin-dom.js';
import { makeFilters } from './admin-filters.js';
import { LISTS } from './admin-lists.js';
import { attempt, say } from './admin-status.js';
import { makeTable } from './admin-table.js';
import { texts } from './admin-texts.js';

const TYPING_MS = 250;

export class ListView {
  #name;
  #list;
  #ordering;
  #filters;
  #table;
  #title;
  #count = h('p', { class: 'quiet', role: 'status' });
  #more;
  #loading = new AbortController();
  #typing = 0;
  #loaded = 0;
  #next = null;

  /** @param {string} name one of LISTS  @param {URLSearchParams} query of the hash */
  constructor(name, query) {
    this.#name = name;
    this.#list = LISTS[name];
    this.#title = heading(2, this.title);
    this.#ordering = query.get('ordering') ?? this.#list.ordering;
    this.#filters = makeFilters(this.#list.filters, query, (event) => this.#changed(event));
    const { columns } = this.#list;
    this.#table = makeTable(texts[name], typeof columns === 'function' ? columns(() => this.#loadAnew()) : columns);
    this.#more = button(texts.more, () => this.#loadMore(), { id: 'more', hidden: true });
    this.#addSortButtons();
    this.#showOrder();
  }

  get title() {
    return texts[this.#name];
  }

  open(place) {
    const csv = button(texts.csv, () => this.#download(), { id: 'csv' });
    const { intro } = this.#list;
    place.replaceChildren(this.#title, ...(intro ? [h('p', {}, intro)] : []), this.#filters.element,
      h('div', { class: 'bar' }, this.#count, this.#filters.reset, csv), this.#table.element, this.#more);
    return this.#load();
  }

  close() {
    clearTimeout(this.#typing);
    this.#loading.abort();
  }

  // ---- order and filters ----

  #addSortButtons() {
    for (const key of this.#list.orders) {
      const cell = this.#table.head.get(key);
      cell.replaceChildren(button(cell.textContent, () => this.#sortBy(key), { class: 'sort' }));
    }
  }

  #sortBy(key) {
    this.#ordering = this.#ordering === key ? `-${key}` : key;
    this.#showOrder();
    this.#reload();
  }

  #showOrder() {
    const [, descending, by] = /^(-?)(.*)$/.exec(this.#ordering);
    for (const [key, cell] of this.#table.head) {
      if (key === by) cell.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      else cell.removeAttribute('aria-sort');
    }
  }

  // Typing goes on for a moment; all else counts at once.
  #changed({ type, target }) {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#reload(), type === 'input' && target.matches('input') ? TYPING_MS : 0);
  }

  #reload() {
    const query = this.#withOrdering(this.#filters.values()).toString();
    history.replaceState(null, '', `#${this.#name}${query && '?'}${query}`);
    say('');
    this.#load();
  }

  // The row that was acted on may be gone, and the focus with it.
  #loadAnew() {
    this.#title.focus();
    this.#load();
  }

  #withOrdering(query) {
    if (this.#ordering !== this.#list.ordering) query.set('ordering', this.#ordering);
    return query;
  }

  #path(extra = {}) {
    const query = this.#withOrdering(this.#filters.forApi());
    for (const [name, value] of Object.entries(extra)) query.set(name, value);
    return `${this.#name}/?${query}`;
  }

  // ---- what the server has ----

  async #load() {
    this.#more.hidden = true;
    this.#table.element.setAttribute('aria-busy', 'true');
    const done = await this.#fetch({}, ({ items }) => {
      this.#table.show(items);
      this.#loaded = items.length;
    }, () => this.#load());
    if (done) return true;
    this.#table.show([]); // they would not be what the filters say
    this.#count.textContent = '';
    return false;
  }

  #loadMore() {
    return this.#fetch({ cursor: this.#next }, ({ items }) => {
      this.#loaded += items.length;
      this.#table.add(items)?.focus();
    }, () => this.#loadMore());
  }

  // A request that a newer one replaced has no say in what is shown: it returns true.
  async #fetch(extra, show, retry) {
    this.#loading.abort();
    this.#loading = new AbortController();
    const { signal } = this.#loading;
    const done = await attempt(async () => {
      const { data } = await call(this.#path(extra), { signal });
      show(data);
      this.#next = data.next;
      this.#more.hidden = data.next === null;
      this.#count.textContent = texts.count(this.#loaded, data.next !== null);
    }, retry);
    if (!signal.aborted) this.#table.element.removeAttribute('aria-busy');
    return done || signal.aborted;
  }

  #download() {
    say('');
    return attempt(() => download(this.#path({ format: 'csv' }), `${this.#name}.csv`), () => this.#download());
  }
}
