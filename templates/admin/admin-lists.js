// The lists: what their columns, orders and filters are. A filter's name is the API's. `columns` may be a function of what
// loads the list anew.
import { AUDIT, clash, IDENTITY, USER } from './admin-columns.js';
import { button } from './admin-dom.js';
import { mergeUsers } from './admin-merge.js';
import { texts } from './admin-texts.js';

const { labels } = texts;
const search = (placeholder) => ({ name: 'q', kind: 'search', id: 'search', label: texts.search, placeholder });
const choice = (name, options, id) => ({ name, kind: 'choice', id, label: labels[name], options });
const flag = (name, id) => choice(name, { 1: texts.yes, 0: texts.no }, id);
const number = (name, label) => ({ name, kind: 'number', label });
const range = (name, from, until) => [
  { name: `${name}__gte`, kind: from, label: labels[name] + texts.from },
  { name: `${name}__lt`, kind: until, label: labels[name] + texts.until },
];

const mergeButton = (from, into, onDone) => button(texts['merge-into'](into), () => mergeUsers(from, into, onDone),
  { class: 'merge', 'aria-label': texts['merge-label'](from, into) });

export const LISTS = {
  users: {
    columns: USER,
    ordering: 'id',
    orders: ['id', 'username', 'nickname', 'phone_number', 'date_joined', 'last_login'],
    filters: [
      search(texts['search-users']),
      flag('is_active', 'filter-active'),
      flag('is_staff', 'filter-staff'),
      ...range('date_joined', 'day', 'last-day'),
      ...range('last_login', 'day', 'last-day'),
    ],
  },
  oauths: {
    columns: IDENTITY,
    ordering: 'id',
    orders: ['id', 'created_time', 'last_mod_time'],
    filters: [
      search(texts['search-oauths']),
      choice('oauth_type', texts.types, 'filter-type'),
      number('user', texts['filter-user']),
    ],
  },
  clashes: {
    intro: texts['clashes-text'],
    columns: (reload) => clash(({ user, other_user: other }) =>
      [mergeButton(other, user, reload), mergeButton(user, other, reload)]),
    ordering: '-id',
    orders: [],
    filters: [number('user', texts['filter-user'])],
  },
  audit: {
    columns: AUDIT,
    ordering: '-at',
    orders: ['at'],
    filters: [
      number('user', texts['filter-user']),
      number('actor', texts['filter-actor']),
      choice('action', texts.actions, 'filter-action'),
      ...range('at', 'time', 'time'),
    ],
  },
};
