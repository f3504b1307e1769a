/** Figures of releases as people read them. */
import { count, plural } from '../format';
import type { Health } from './types';

/** `98.1%`: never rounded up to 100, which would say that nothing crashed. */
export function share(percent: number | null): string {
  if (percent === null) return '';
  if (percent === 100 || percent === 0) return `${percent}%`;
  const shown = Math.floor(percent * 10) / 10;
  return `${(shown === 0 ? Math.ceil(percent * 100) / 100 : shown).toString()}%`;
}

/** `98.1%`, or that nothing can be said. */
export const crashFree = (health: Health): string => share(health.crash_free_sessions_percent) || 'no sessions';

/** `of 216 sessions` */
export const sample = (health: Health): string =>
  health.sessions > 0 ? `of ${plural(health.sessions, 'session')}` : '';

export interface Part {
  status: 'healthy' | 'errored' | 'crashed' | 'abnormal';
  word: string;
  help: string;
}

/** From the bottom of a bar to its top: what went well first. */
export const PARTS: readonly Part[] = [
  { status: 'healthy', word: 'Healthy', help: 'Without errors' },
  { status: 'errored', word: 'Errored', help: 'With errors that were handled' },
  { status: 'abnormal', word: 'Abnormal', help: 'Ended without a word, or hung' },
  { status: 'crashed', word: 'Crashed', help: 'Ended by an error that nobody handled' },
];

/** `199 healthy, 27 errored`: those of which there are any. */
export const partWords = (health: Health): string =>
  PARTS.filter(({ status }) => health[status] > 0)
    .map(({ status, word }) => `${count(health[status])} ${word.toLowerCase()}`)
    .join(', ');

/** `258 sessions: 199 healthy, 27 errored, 2 abnormal, 30 crashed` */
export function sessionWords(health: Health): string {
  if (health.sessions === 0) return 'no sessions';
  return `${plural(health.sessions, 'session')}: ${partWords(health)}`;
}

/** The next round number at or above: 1, 2 or 5 times a power of ten. */
export function roundUp(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((each) => each * power).find((each) => each >= value)!;
}

/** A version as its package and the rest: `agent-vol-arb@` and `2.1.0`. */
export function nameParts(version: string): [pack: string, rest: string] {
  const at = version.lastIndexOf('@');
  return at > 0 && at < version.length - 1 ? [version.slice(0, at + 1), version.slice(at + 1)] : ['', version];
}

/** When a release counts as out: when it was finalized, else when the hub first heard of it. */
export const outAt = (release: { released_ns: string | null; added_ns: string }): string =>
  release.released_ns ?? release.added_ns;
