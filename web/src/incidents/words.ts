/** Incidents in words: values in their unit, how one stands, who was told. */
import { count, duration, plural, rate, usd } from '../format';
import { momentOf, msOf, nsBetween, nsOfMs, type Zone } from '../time';
import type { Incident, Severity, Unit } from './shapes';

const SEVERITY_WORDS: Record<Severity, string> = { critical: 'Critical', error: 'Error', warning: 'Warning', info: 'Info' };
export const severityWord = (severity: Severity): string => SEVERITY_WORDS[severity];

/** Muted until then means until it is resolved. */
const FOREVER_NS = String(2n ** 63n - 1n);

/** `2.38 s`, `7.4%`, `$12.30`, `12×`, `3`; empty without a value. */
export function figure(value: number | null, unit: Unit): string {
  if (value === null) return '';
  switch (unit) {
    case 'ms':
      return value === 0 ? '0' : duration(value * 1e6);
    case 's':
      return value === 0 ? '0' : duration(value * 1e9);
    case 'ratio':
      return `${rate(value * 100)}%`;
    case 'usd':
      return usd(value.toFixed(8));
    case 'times':
      return `${rate(value)}×`;
    case 'count':
      return count(value);
  }
}

/** Of a balance too little is bad; of everything else too much. */
export const isBelow = ({ kind }: Pick<Incident, 'kind'>): boolean => kind === 'wallet_floor';

/** The limit as a rule says it: `> 2 s`, `< $100.00`; a streak breaks it by reaching it. Empty without one. */
export function limitWords({ threshold, unit, kind }: Pick<Incident, 'threshold' | 'unit' | 'kind'>): string {
  if (threshold === null) return '';
  const sign = isBelow({ kind }) ? '<' : kind === 'streak' ? '≥' : '>';
  return `${sign} ${figure(threshold, unit)}`;
}

/** How long it was open, or is. */
export const lasted = ({ fired_ns, resolved_ns }: Pick<Incident, 'fired_ns' | 'resolved_ns'>, now: number): string =>
  duration(Math.max(0, nsBetween(fired_ns, resolved_ns ?? nsOfMs(now))));

/** `Muted until 15:04`, `Muted until resolved`; empty when it is not muted. */
export function muteWords({ muted, muted_until_ns }: Pick<Incident, 'muted' | 'muted_until_ns'>, now: number, zone: Zone): string {
  if (!muted || muted_until_ns === null) return '';
  return muted_until_ns === FOREVER_NS ? 'Muted until resolved' : `Muted until ${momentOf(msOf(muted_until_ns), now, zone)}`;
}

/** How it stands, for a column: `Resolved`, `Seen by ana, muted`, `Muted until 15:04`; empty for what waits for somebody. */
export function standing(incident: Incident, now: number, zone: Zone): string {
  if (incident.status === 'resolved') return 'Resolved';
  if (incident.acknowledged_by === null) return muteWords(incident, now, zone);
  return `Seen by ${incident.acknowledged_by}${incident.muted ? ', muted' : ''}`;
}

/** The summary where the agent stands beside it: the hub begins with its name. */
export const withoutAgent = ({ summary, agent }: Pick<Incident, 'summary' | 'agent'>): string =>
  agent !== null && summary.startsWith(`${agent}: `) ? summary.slice(agent.length + 2) : summary;

/** Who was told that it is open: `chat, pager`; of nobody why, as far as is known. */
export function toldWords({ told, muted, status }: Pick<Incident, 'told' | 'muted' | 'status'>): string {
  if (told.length > 0) return told.map(({ receiver }) => receiver).join(', ');
  if (muted) return 'nobody, muted';
  return status === 'open' ? 'nobody yet' : 'nobody';
}

/** `3 incidents acknowledged` */
export const doneWords = (n: number, done: 'acknowledged' | 'resolved'): string => `${plural(n, 'incident')} ${done}`;
