// The ways to log in.
import { ask } from './dialog.js';
import { h, timesIn } from './dom.js';
import { actionButton, Part, read, remove } from './account-part.js';
import { sayOutcome, showLinks } from './account-link.js';
import { providerName, providers } from './account-providers.js';
import { attempt, say } from './account-status.js';
import { language, texts } from './account-texts.js';

const UNIONID = 'weixin';
const WEIXIN = [UNIONID, 'wx_openid', 'mp_openid', 'mini_openid'];
const time = timesIn(language);

// A unionid and the openids under it are unlinked together: for a person they are one way, not several.
const unionOf = (type) => (WEIXIN.includes(type) ? UNIONID : type.replace(/_openid$/, ''));

function waysOf(items) {
  const isWay = (item) => {
    const union = unionOf(item.oauth_type);
    const together = items.filter(({ oauth_type: type }) => unionOf(type) === union);
    const over = together.filter(({ oauth_type: type }) => type === union);
    return over.length === 0 || over.length === together.length || item === over[0];
  };
  return items.filter(isWay)
    .map(({ id, provider, created_time: since }) => ({ id, name: providerName(provider), since }));
}

async function readIdentities() {
  const [data, offered] = await Promise.all([read('identities/'), providers()]);
  return { ...data, offered };
}

export const identities = new Part('identities', readIdentities, ({ items, offered }) => {
  showLinks(items, offered, () => identities.load());
  sayOutcome(items);
  const ways = waysOf(items);
  if (ways.length === 0) return [h('p', { class: 'quiet' }, texts['identities-none'])];
  const list = h('ul', { class: 'items' }, ways.map((way) => h('li', { 'data-id': way.id },
    h('p', { class: 'name' }, h('bdi', {}, way.name)),
    ways.length > 1 ? unlinkButton(way) : null,
    h('p', { class: 'more quiet' }, texts.linked, time(way.since)))));
  return ways.length > 1 ? [list] : [list, h('p', { class: 'quiet' }, texts['only-identity'])];
});

const unlinkButton = (way) => actionButton(
  h('button', { type: 'button', 'aria-label': texts['unlink-label'](way.name) }, texts.unlink), () => unlink(way));

async function unlink({ id, name }) {
  say('');
  const sure = await ask({
    id: 'unlink',
    title: texts['unlink-title'](name),
    body: [h('p', {}, texts['unlink-text'](name))],
    yes: h('button', { id: 'confirm-unlink', class: 'danger' }, texts.unlink),
    cancel: texts.cancel,
  });
  if (!sure) return;
  const done = await attempt(() => remove(`identities/${id}/`), { 'last-identity': texts['last-identity'] });
  if (done) say(texts.unlinked(name));
  await identities.load(); // a refusal may mean that it has changed, too
}
