/** How a monitor stands, in words and by what shape. Every status is told apart without its colour. */
import { count } from '../format';
import { clockMinutes, dayOf, msOf, sameDay, zoneName, type Zone } from '../time';
import type { Bucket, CheckInStatus, Lane, Monitor } from './api';

/** A status of a check-in; or nothing has ended yet, or nobody looks. */
export type Standing = CheckInStatus | 'waiting' | 'recovering' | 'disabled';

export const STATUS_WORDS: Record<Standing, string> = {
  ok: 'OK',
  error: 'Failed',
  missed: 'Missed',
  timeout: 'Timed out',
  in_progress: 'In progress',
  unknown: 'Unknown',
  waiting: 'Not yet',
  recovering: 'Recovering',
  disabled: 'Disabled',
};

/** The worst first: what a step of the timeline is drawn as. */
export const BY_WEIGHT: readonly CheckInStatus[] = ['error', 'missed', 'timeout', 'unknown', 'in_progress', 'ok'];

export function standing({ enabled }: Pick<Monitor, 'enabled'>, lane: Pick<Lane, 'status' | 'last_status'>): Standing {
  if (!enabled) return 'disabled';
  const last = lane.last_status;
  if (lane.status === 'active') return last === 'in_progress' ? 'in_progress' : 'waiting';
  if (lane.status === 'error') {
    // A run that goes well, or one that has only begun, does not end an incident by itself.
    if (last === 'ok') return 'recovering';
    return last === 'missed' || last === 'timeout' ? last : 'error';
  }
  return last ?? 'ok';
}

/** The worst of what happened in a step; null when nothing did. */
export const worst = (bucket: Bucket): CheckInStatus | null => BY_WEIGHT.find((status) => bucket[status] > 0) ?? null;

/** `46 OK, 2 missed`: what there was, the worst first, `OK` last. */
export function countWords(counts: Record<CheckInStatus, number>): string {
  return BY_WEIGHT.filter((status) => counts[status] > 0)
    .map((status) => `${count(counts[status])} ${status === 'ok' ? 'OK' : STATUS_WORDS[status].toLowerCase()}`)
    .join(', ');
}

export function sum(timeline: readonly Bucket[]): Record<CheckInStatus, number> {
  const total = { ok: 0, error: 0, missed: 0, timeout: 0, in_progress: 0, unknown: 0 };
  for (const bucket of timeline) for (const status of BY_WEIGHT) total[status] += bucket[status];
  return total;
}

/** `4 min`, `2 h 05 min`, `3 days`: how long something is away, to the minute. */
export function awayWords(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return `${Math.max(0, Math.round(ms / 1000))} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 || hours >= 10 ? `${hours} h` : `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} days`;
}

/** `00:00 UTC`, on another day `1 Dec 00:00 UTC`. */
export const atWords = (ms: number, now: number, zone: Zone): string =>
  `${sameDay(ms, now, zone) ? '' : `${dayOf(ms, now, zone)} `}${clockMinutes(ms, zone)} ${zoneName(zone, ms)}`;

/** `in 4 min`; `due for 30 s` within the margin. `late` once the margin is over. */
export function nextWords(lane: Pick<Lane, 'next_expected_ns' | 'next_latest_ns'>, now: number): string {
  if (lane.next_expected_ns === null) return 'after the first check-in';
  const away = msOf(lane.next_expected_ns) - now;
  if (away > 0) return `in ${awayWords(away)}`;
  const late = lane.next_latest_ns !== null && now > msOf(lane.next_latest_ns);
  return late ? `late by ${awayWords(-away)}` : `due for ${awayWords(-away)}`;
}

/** `98.5%`: never rounded up to 100. */
export function uptime(percent: number | null): string {
  if (percent === null) return '';
  return `${percent === 100 ? '100' : (Math.floor(percent * 10) / 10).toString()}%`;
}
