// Tables. Where the page is narrow, CSS makes cards of the rows, and takes the roles with the layout: they are named.
import { h } from './admin-dom.js';
import { texts } from './admin-texts.js';

/**
 * @param {string} caption
 * @param {{key: string, label: ?string, cell: function(object): (Node|string|Array)}[]} columns
 * @returns {{element: Element, head: Map<string, Element>, show: function(object[]), add: function(object[]): Element}}
 *   head: the header cells by key. show() replaces the rows; add() appends some, and returns the first of them
 */
export function makeTable(caption, columns) {
  const label = ({ key, label: own }) => own ?? texts.labels[key];
  const head = new Map(columns.map((column) =>
    [column.key, h('th', { scope: 'col', role: 'columnheader', 'data-key': column.key }, label(column))]));
  const body = h('tbody', { role: 'rowgroup' });
  const row = (item) => h('tr', { role: 'row', tabindex: -1, 'data-id': item.id },
    columns.map((column) => h('td', { role: 'cell', 'data-key': column.key },
      h('span', { class: 'label', 'aria-hidden': 'true' }, label(column)), h('div', {}, column.cell(item)))));
  const element = h('div', { class: 'scroll' }, h('table', { role: 'table' },
    h('caption', {}, caption),
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, [...head.values()])),
    body));
  const show = (items) => body.replaceChildren(...items.map(row));
  const add = (items) => {
    const rows = items.map(row);
    body.append(...rows);
    return rows[0];
  };
  return { element, head, show, add };
}

/** The whole table of `items`, or a line that says there are none. */
export function tableOf(caption, columns, items) {
  if (items.length === 0) return h('p', { class: 'quiet' }, texts.none);
  const table = makeTable(caption, columns);
  table.show(items);
  return table.element;
}
