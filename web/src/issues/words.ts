/** Issues in words: the state in one, what it means in a sentence, how long ago, how a course of hours looks. */
import { count, plural } from '../format';
import type { IssueLink, Level } from './shapes';

const LEVEL_WORDS: Record<Level, string> = {
  fatal: 'Fatal',
  error: 'Error',
  warning: 'Warning',
  info: 'Info',
  debug: 'Debug',
};
export const levelWord = (level: Level): string => LEVEL_WORDS[level];

/** `Regressed`, `Archived`, `Resolved` */
export function stateWord({ status, substatus }: Pick<IssueLink, 'status' | 'substatus'>): string {
  if (status === 'resolved') return 'Resolved';
  if (status === 'archived') return 'Archived';
  if (substatus === null) return 'Unresolved';
  return substatus[0].toUpperCase() + substatus.slice(1);
}

/** States that ask for a person: they are set in ink, the others in grey. */
export const isLoud = ({ status, substatus }: Pick<IssueLink, 'status' | 'substatus'>): boolean =>
  status === 'unresolved' && substatus !== 'ongoing';

/** `40 s`, `4 min`, `3 h`, `12 d`: an age where a column's head says that it is one. */
export function age(ms: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - ms) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${count(Math.floor(seconds / 86_400))} d`;
}

/** What a chart of counts shows, for those who cannot see it: `31 events in 24 h, most in one hour 12`. */
export function courseWords(counts: readonly number[], span: string, step: string): string {
  const sum = counts.reduce((all, each) => all + each, 0);
  if (sum === 0) return `No events in ${span}`;
  return `${plural(sum, 'event')} in ${span}, most in one ${step} ${count(Math.max(...counts))}`;
}
