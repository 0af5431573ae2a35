// Two users who are one person become one.
import { call } from './admin-api.js';
import { askMerge } from './admin-dialogs.js';
import { attempt, say } from './admin-status.js';
import { texts } from './admin-texts.js';

let asking = false;

/** Shows both, asks, and merges `from` into `into`. A second click is none. @param {function()} onDone before it is said */
export async function mergeUsers(from, into, onDone) {
  if (asking) return;
  asking = true;
  say('');
  let question = null;
  try {
    await attempt(async () => {
      const [gone, left] = await Promise.all([from, into].map((id) => call(`users/${id}/`)));
      if (!left.data.is_active) return say(texts['merge-banned'](into), { bad: true });
      const keep = await askMerge(gone.data, left.data);
      if (keep) question = { from, into, keep, etag: left.etag, confirm: gone.data.username };
    }, () => mergeUsers(from, into, onDone));
  } finally {
    asking = false;
  }
  if (question) await mergeNow(question, onDone);
}

async function mergeNow(question, onDone) {
  const { from, into, keep, etag, confirm } = question;
  let isStale = false;
  const done = await attempt(async () => {
    try {
      await call(`users/${into}/merge/`, { method: 'POST', etag, body: { from, keep, confirm } });
    } catch (failure) {
      if (failure.status !== 412) throw failure;
      isStale = true;
    }
  }, () => mergeNow(question, onDone));
  if (isStale) {
    say(texts['merge-conflict'], { bad: true });
  } else if (done) {
    onDone();
    say(texts.merged(from, into));
  }
}
