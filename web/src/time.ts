/** Points in time. The API gives Unix nanoseconds as decimal strings; people read UTC unless they ask for local time. */

export type Zone = 'utc' | 'local';

/** Milliseconds of a nanosecond string, for Date and for drawing. Below a millisecond, keep the string. */
export const msOf = (ns: string): number => Number(BigInt(ns) / 1_000_000n);

export const nsOfMs = (ms: number): string => `${BigInt(Math.round(ms)) * 1_000_000n}`;

/** `later - earlier` in nanoseconds, exact as long as they lie within 104 days of each other. */
export const nsBetween = (earlier: string, later: string): number => Number(BigInt(later) - BigInt(earlier));

const two = (value: number): string => String(value).padStart(2, '0');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** A Date whose UTC fields read as the wall clock of `zone`. */
export function wall(ms: number, zone: Zone): Date {
  return zone === 'utc' ? new Date(ms) : new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
}

/** The way back: when the wall clock of `zone` reads as the UTC fields of `date`. */
export function fromWall(date: Date, zone: Zone): number {
  if (zone === 'utc') return date.getTime();
  const [year, month, dayOfMonth] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return new Date(year, month, dayOfMonth, date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()).getTime();
}

/** `14:32:07.214` */
export const clock = (ms: number, zone: Zone): string => wall(ms, zone).toISOString().slice(11, 23);

/** `14:32:07` */
export const clockSeconds = (ms: number, zone: Zone): string => wall(ms, zone).toISOString().slice(11, 19);

/** `14:32` */
export const clockMinutes = (ms: number, zone: Zone): string => wall(ms, zone).toISOString().slice(11, 16);

/** `20 Nov 14:32:07.214`, for lists that leave today. */
export const dayClock = (ms: number, zone: Zone): string => `${day(ms, zone)} ${clock(ms, zone)}`;

/** `20 Nov` */
export function day(ms: number, zone: Zone): string {
  const date = wall(ms, zone);
  return `${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]}`;
}

/** `20 Nov`, in another year than that of `now` `20 Nov 2025`. */
export const dayOf = (ms: number, now: number, zone: Zone): string =>
  sameYear(ms, now, zone) ? day(ms, zone) : `${day(ms, zone)} ${wall(ms, zone).getUTCFullYear()}`;

/** `14:32` today, else with its day: `19 Nov 14:32`. */
export const momentOf = (ms: number, now: number, zone: Zone): string =>
  (sameDay(ms, now, zone) ? '' : `${dayOf(ms, now, zone)} `) + clockMinutes(ms, zone);

/** `14:32:07` today, else with its day: `19 Nov 14:32:07`. */
export const momentSeconds = (ms: number, now: number, zone: Zone): string =>
  (sameDay(ms, now, zone) ? '' : `${dayOf(ms, now, zone)} `) + clockSeconds(ms, zone);

/** `2026-11-20 14:32:07.214 UTC`: complete, for hover and details. */
export function full(ms: number, zone: Zone): string {
  const date = wall(ms, zone).toISOString();
  return `${date.slice(0, 10)} ${date.slice(11, 23)} ${zoneName(zone, ms)}`;
}

/** `UTC`, or the local zone's short name. The zone is always printed beside a time picker. */
export function zoneName(zone: Zone, ms = Date.now()): string {
  if (zone === 'utc') return 'UTC';
  const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(ms);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? 'local';
}

/** Whether `ms` lies on the same day as `now`, by the clock of `zone`. */
export const sameDay = (ms: number, now: number, zone: Zone): boolean =>
  wall(ms, zone).toISOString().slice(0, 10) === wall(now, zone).toISOString().slice(0, 10);

/** Whether `ms` lies in the same year as `now`, by the clock of `zone`. */
export const sameYear = (ms: number, now: number, zone: Zone): boolean =>
  wall(ms, zone).getUTCFullYear() === wall(now, zone).getUTCFullYear();

/** `just now`, `12 s ago`, `4 min ago`, `3 h ago`, `2 days ago`: only where age is the message. */
export function ago(ms: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - ms) / 1000));
  if (seconds < 2) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  const days = Math.floor(seconds / 86_400);
  return days === 1 ? '1 day ago' : `${days} days ago`;
}
