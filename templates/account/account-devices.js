// The devices that are logged in.
import { h, isEmpty, timesIn } from './dom.js';
import { readAgent } from './account-agent.js';
import { actionButton, Part, read, remove } from './account-part.js';
import { providerName, providers } from './account-providers.js';
import { attempt, say } from './account-status.js';
import { language, texts } from './account-texts.js';

const LONGEST_NAME = 60;
const time = timesIn(language);
const listed = (what, names) => names[what] ?? what;

// In plain words; what says nothing that is known here, as it is.
function deviceName(agent) {
  const { browser, system } = readAgent(agent ?? '');
  const known = [listed(browser, texts.browsers), listed(system, texts.systems)].filter(Boolean);
  if (known.length > 0) return known.join(' · ');
  if (isEmpty(agent)) return texts['unknown-device'];
  const letters = [...agent];
  return letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME).join('')}…` : agent;
}

async function readDevices() {
  const [data] = await Promise.all([read('sessions/'), providers()]); // their names
  return data;
}

export const devices = new Part('devices', readDevices, ({ items }) => {
  if (items.length === 0) return [h('p', { class: 'quiet' }, texts['devices-none'])];
  const others = items.filter(({ current }) => !current);
  const list = h('ul', { class: 'items' }, [...items.filter(({ current }) => current), ...others].map(itemOf));
  return others.length > 1 ? [list, endOthersButton(others)] : [list];
});

function itemOf(device) {
  const { id, began, seen, address, user_agent: agent, provider, current } = device;
  const by = isEmpty(provider) ? '' : texts.by(providerName(provider));
  const line = (...words) => h('p', { class: 'quiet' }, words);
  return h('li', { 'data-id': id },
    h('p', { class: 'name', title: agent }, h('bdi', {}, deviceName(agent)),
      current ? h('span', { class: 'here' }, texts.here) : null),
    current ? null : endButton(device),
    h('div', { class: 'more' }, line(texts.seen, time(seen)), line(texts.began, time(began), by),
      isEmpty(address) ? null : line(texts.from, h('bdi', {}, address))));
}

function endButton({ id, user_agent: agent, address }) {
  const name = deviceName(agent);
  const label = texts['end-device-label'](isEmpty(address) ? name : `${name}, ${address}`);
  return actionButton(h('button', { type: 'button', 'aria-label': label }, texts['end-device']), async () => {
    if (!await attempt(() => remove(`sessions/${id}/`))) return;
    say([h('bdi', {}, name), texts['device-ended']]);
    await devices.load();
  });
}

const endOthersButton = (others) =>
  actionButton(h('button', { type: 'button', id: 'end-others' }, texts['end-others']), async () => {
    const done = await attempt(async () => { for (const { id } of others) await remove(`sessions/${id}/`); });
    if (done) say(texts['others-ended']);
    await devices.load(); // some may have ended before it failed
  });
