/** What came of trying a rule, in words and as places on a line. */
import { duration, plural } from '../format';
import { figure } from '../incidents/words';
import { roundTimes } from '../performance/timeTicks';
import { day, full, msOf, nsBetween, type Zone } from '../time';
import type { Episode, Replay } from './trial';

const DAY_MS = 86_400_000;

/** `Would have fired 3 times in 7 days, for 45m 00s at most, the worst 3.1 s: 5 messages.` */
export function replayWords(replay: Replay, isLessWorse = false): string {
  const { judged_by, count: times, episodes, messages } = replay;
  const over = `in ${plural(Math.max(1, Math.round(spanMs(replay) / DAY_MS)), 'day')}`;
  const [fired, notFired] = judged_by === 'incidents' ? ['Fired', 'Has not fired'] : ['Would have fired', 'Would not have fired'];
  if (times === 0) return `${notFired} ${over}.`;
  const longest = Math.max(...episodes.map((each) => lastedNs(each, replay)));
  const parts = [`${fired} ${plural(times, 'time')} ${over}`, `for ${duration(longest)} at most`, worstWords(replay, isLessWorse)];
  return `${parts.filter(Boolean).join(', ')}: ${plural(messages, 'message')}.`;
}

function worstWords({ episodes, unit }: Replay, isLessWorse: boolean): string {
  const values = episodes.map(({ worst }) => worst).filter((worst) => worst !== null);
  if (values.length === 0) return '';
  return `the worst ${figure(isLessWorse ? Math.min(...values) : Math.max(...values), unit)}`;
}

/** How that was found, and how far it got. */
export function howWords({ judged_by, rows, step_s, took_s, stopped, until_ns }: Replay, zone: Zone): string {
  const early = stopped === null ? '' : ` It got only until ${full(msOf(until_ns), zone)}: ${stopped}.`;
  if (judged_by === 'incidents') return 'These are the incidents that it had: what such a rule is judged by is not kept.';
  const what = judged_by === 'spans' ? plural(rows, 'stored span') : plural(rows, 'amount earned', 'amounts earned');
  return `Judged every ${step_s} s by ${what}, in ${took_s.toFixed(1)} s.${early}`;
}

/** How long it would have been open, in nanoseconds. */
export const lastedNs = ({ fired_ns, resolved_ns }: Episode, { until_ns }: Pick<Replay, 'until_ns'>): number =>
  Math.max(0, nsBetween(fired_ns, resolved_ns ?? until_ns));

/** Whom it is about: the values of its labels, the agent's first. */
export const groupWords = ({ group: { agent, ...others } }: Pick<Episode, 'group'>): string =>
  [agent, ...Object.values(others)].filter((value) => typeof value === 'string' && value !== '').join(' ');

/** Percent of the width, from where and how wide. */
export function placeOf(episode: Pick<Episode, 'fired_ns' | 'resolved_ns'>, replay: Replay): { left: number; width: number } {
  const left = share(msOf(episode.fired_ns), replay);
  return { left, width: Math.max(0, share(msOf(episode.resolved_ns ?? replay.until_ns), replay) - left) };
}

/** Where each day begins, in percent, and what it is called. */
export const daysOf = (replay: Replay, zone: Zone): { left: number; words: string }[] =>
  roundTimes(msOf(replay.from_ns), msOf(replay.to_ns), DAY_MS, zone).map((ms) => ({
    left: share(ms, replay),
    words: day(ms, zone),
  }));

const spanMs = ({ from_ns, to_ns }: Replay): number => msOf(to_ns) - msOf(from_ns);
const share = (ms: number, replay: Replay): number =>
  Math.max(0, Math.min(100, ((ms - msOf(replay.from_ns)) / Math.max(1, spanMs(replay))) * 100));
