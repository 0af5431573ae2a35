// The form above a list. Its values are the person's, days and times in the browser's zone; the API has UTC.
import { button, h } from './admin-dom.js';
import { texts } from './admin-texts.js';

const TYPES = { search: 'search', number: 'text', day: 'date', 'last-day': 'date', time: 'datetime-local' };

const utc = (date) => date.toISOString().replace(/\.\d+Z$/, 'Z');
function startOfDay(day, later = 0) {
  const date = new Date(`${day}T00:00`);
  date.setDate(date.getDate() + later);
  return utc(date);
}
const TO_API = {
  day: (value) => startOfDay(value),
  'last-day': (value) => startOfDay(value, 1), // the API's limit is the first moment that is too late
  time: (value) => utc(new Date(value)),
};

function control({ name, kind, id, placeholder, options }, value) {
  if (kind !== 'choice') {
    return h('input', { name, id, placeholder, value, type: TYPES[kind], maxlength: kind === 'search' ? 100 : null,
      inputmode: kind === 'number' ? 'numeric' : null, autocomplete: 'off' });
  }
  return h('select', { name, id }, h('option', { value: '' }, texts.any),
    Object.entries(options).map(([key, label]) => h('option', { value: key, selected: key === value }, label)));
}

/**
 * @param {object[]} filters as in admin-lists.js
 * @param {URLSearchParams} values that the form begins with
 * @param {function(Event)} onChange
 * @returns {{element: Element, reset: Element, values: function(): URLSearchParams, forApi: function(): URLSearchParams}}
 *   reset: a button; values() and forApi() leave out what is empty
 */
export function makeFilters(filters, values, onChange) {
  const form = h('form', { class: 'filters', role: 'search' }, filters.map((filter) =>
    h('label', { class: filter.kind }, h('span', {}, filter.label), control(filter, values.get(filter.name)))));
  const reset = button(texts.reset, (event) => {
    for (const field of form.elements) field.value = '';
    onChange(event);
  });
  form.addEventListener('input', (event) => { if (!event.isComposing) onChange(event); });
  form.addEventListener('compositionend', onChange); // until then the letters are an input method's
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    onChange(event);
  });
  const filled = () => filters.map(({ name, kind }) => [name, kind, form.elements[name].value.trim()])
    .filter(([, , value]) => value !== '');
  return {
    element: form,
    reset,
    values: () => new URLSearchParams(filled().map(([name, , value]) => [name, value])),
    forApi: () => new URLSearchParams(filled().map(([name, kind, value]) => [name, TO_API[kind]?.(value) ?? value])),
  };
}
