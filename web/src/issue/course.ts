/** The bars of an issue's chart: when each step begins, and the words for it. */
import { plural } from '../format';
import { clockMinutes, day, msOf } from '../time';
import type { Issue } from './shapes';

export interface Bar {
  label: string;
  events: number;
  /** As a share of the highest, 0 to 1. */
  height: number;
  words: string;
}

const HOUR_MS = 3_600_000;

export function barsOf(issue: Issue, days: boolean): Bar[] {
  const counts = days ? issue.daily : issue.hourly;
  const from = msOf(days ? issue.daily_from_ns : issue.hourly_from_ns);
  const step = days ? 24 * HOUR_MS : HOUR_MS;
  const most = Math.max(1, ...counts);
  return counts.map((events, index) => {
    const begins = from + index * step;
    const label = days ? day(begins, 'utc') : clockMinutes(begins, 'utc');
    const users = days ? 0 : (issue.users_hourly[index] ?? 0);
    const words = `${label}${days ? '' : ' UTC'}: ${plural(events, 'event')}${users > 0 ? `, ${plural(users, 'user')}` : ''}`;
    return { label, events, height: events / most, words };
  });
}
