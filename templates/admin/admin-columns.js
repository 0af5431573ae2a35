// The columns of users, identities, the audit log, clashes and sessions.
import { h, isEmpty, personal, picture, shown, time, userLink, yesNo } from './admin-dom.js';
import { texts, typeName } from './admin-texts.js';

const text = (key) => ({ key, cell: (item) => shown(item[key]) });
const moment = (key) => ({ key, cell: (item) => time(item[key]) });
// What most are is quiet; what is not has the class `unusual`.
const flag = (key, usual, unusual) => ({
  key, cell: (item) => h('span', { class: item[key] === usual ? 'quiet' : unusual }, yesNo(item[key])),
});

export const USER = [
  { key: 'id', cell: ({ id }) => userLink(id) },
  { key: 'username', cell: ({ id, username }) => userLink(id, username) },
  text('nickname'),
  { key: 'avatar_url', cell: ({ avatar_url: url }) => picture(url, 32) },
  text('gender'),
  text('phone_number'),
  moment('date_joined'),
  moment('last_login'),
  flag('is_active', true, 'bad'),
  flag('is_staff', false, 'marked'),
];

const USER_LINK = { key: 'user', cell: ({ user }) => userLink(user) };

const OWN_IDENTITY = [
  text('id'),
  { key: 'oauth_type', cell: ({ oauth_type: type }) => shown(typeName(type)) },
  { key: 'oauth_id', cell: ({ oauth_id: id }) => h('code', {}, shown(id)) },
  moment('created_time'),
  moment('last_mod_time'),
];

const [identityId, ...identityRest] = OWN_IDENTITY;
export const IDENTITY = [identityId, USER_LINK, ...identityRest];

/** One user's, with a button for each. */
export const ownIdentity = (unlinkButton) =>
  [...OWN_IDENTITY, { key: 'unlink', label: texts.unlink, cell: unlinkButton }];

/** From a value to another one. */
export const change = (before, after) => [h('del', {}, shown(before)), ' → ', h('ins', {}, shown(after))];

const isObject = (value) => typeof value === 'object' && value !== null;
const USERS = new Set(['from', 'into', 'other_user']);

// For changes: what each field was and became.
function detail(key, value) {
  if (USERS.has(key)) return userLink(value);
  if (Array.isArray(value) && value.some(isObject)) return value.map(details);
  if (Array.isArray(value) && value.length === 2) return change(...value);
  return isObject(value) && !Array.isArray(value) ? details(value) : shown(value);
}
function details(all) {
  const entries = Object.entries(all ?? {});
  if (entries.length === 0) return shown(null);
  return h('ul', { class: 'details' }, entries.map(([key, value]) =>
    h('li', {}, h('span', { class: 'quiet' }, `${texts.labels[key] ?? texts[key] ?? key} `), detail(key, value))));
}

/** One user's. */
export const HISTORY = [
  moment('at'),
  { key: 'action', cell: ({ action }) => shown(texts.actions[action] ?? action) },
  { key: 'actor', cell: ({ actor, actor_name: name }) => userLink(actor, isEmpty(name) ? actor ?? texts.self : name) },
  text('address'),
  { key: 'user_agent', cell: ({ user_agent: agent }) => h('small', {}, shown(agent)) },
  { key: 'detail', cell: (item) => details(item.detail) },
];

const [at, action, ...auditRest] = HISTORY;
export const AUDIT = [text('id'), at, action, USER_LINK, ...auditRest];

// One of two users: a name that may be the other's as well, the id, and whether nobody can log in to it.
const clashing = (key, prefix) => ({
  key,
  cell: (item) => [personal(userLink(item[key], item[`${prefix}nickname`] || item[`${prefix}username`])), ` #${item[key]} `,
    item[`${prefix}is_active`] ? null : h('span', { class: 'bad' }, texts.disabled)].filter((part) => part !== null),
});

/** With a cell that has buttons. */
export const clash = (mergeButtons) => [
  at,
  clashing('user', ''),
  clashing('other_user', 'other_'),
  { key: 'oauth_type', cell: ({ oauth_type: type }) => shown(typeName(type)) },
  { key: 'oauth_id', cell: ({ oauth_id: id }) => h('code', {}, shown(id)) },
  { key: 'merge', label: texts.merge, cell: mergeButtons },
];

/** One user's, with a button for each. */
export const session = (endButton) => [
  moment('began'),
  moment('seen'),
  text('address'),
  text('user_agent'),
  { key: 'provider', cell: ({ provider }) => shown(texts.providers[provider] ?? provider) },
  { key: 'end', label: texts['end-session'], cell: endButton },
];
