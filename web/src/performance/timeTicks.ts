/** Marks below a chart: round times of the clock, as many as there is room for. */
import { clockMinutes, clockSeconds, dayOf, fromWall, sameDay, sameYear, wall, type Zone } from '../time';

export interface TimeTick {
  /** Percent of the width. */
  left: number;
  text: string;
}

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
/** Lengths that people count in, each a part of a day or a number of whole ones. */
const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28].map((n) => n * DAY),
];
/** Beyond this many, marks say nothing more. */
const MOST = 8;
/** The least that two marks are apart, and how far the first keeps away from the start: half of a date and a time is 40 px. */
const THIS_YEAR = { apartPx: 72, startPx: 40 };
/** Dates have their year. */
const ANOTHER_YEAR = { apartPx: 92, startPx: 58 };
/** How far marks keep away from the end. */
const END_PX = 20;

export function timeTicks(fromMs: number, toMs: number, zone: Zone, now: number, widthPx: number): TimeTick[] {
  const spanMs = toMs - fromMs;
  const { apartPx, startPx } = sameYear(fromMs, now, zone) ? THIS_YEAR : ANOTHER_YEAR;
  if (spanMs <= 0 || widthPx < apartPx) return [];
  const leastMs = spanMs * Math.max(1 / MOST, apartPx / widthPx);
  const stepMs = STEPS_MS.find((each) => each >= leastMs) ?? Math.ceil(leastMs / (28 * DAY)) * 28 * DAY;
  const pixelMs = spanMs / widthPx;
  const times = roundTimes(fromMs + startPx * pixelMs, toMs - END_PX * pixelMs, stepMs, zone);
  const leavesToday = !sameDay(fromMs, now, zone) || !sameDay(toMs - 1, now, zone);
  return times.map((ms, i) => {
    const before = i === 0 ? now : times[i - 1];
    const dated = i === 0 ? leavesToday : !sameDay(ms, before, zone);
    return { left: ((ms - fromMs) / spanMs) * 100, text: words(ms, stepMs, zone, dated && dayOf(ms, before, zone)) };
  });
}

/** Multiples of `stepMs` by the clock of `zone`, from midnight on. */
export function roundTimes(fromMs: number, toMs: number, stepMs: number, zone: Zone): number[] {
  const times: number[] = [];
  let at = Math.ceil(wall(fromMs, zone).getTime() / stepMs) * stepMs;
  for (let ms = fromWall(new Date(at), zone); ms <= toMs; at += stepMs, ms = fromWall(new Date(at), zone)) {
    // When clocks go forward, an hour of the wall has no time of its own.
    if (ms >= fromMs && ms !== times.at(-1)) times.push(ms);
  }
  return times;
}

/** `14:00`; `20 Nov 14:00` with its day, at midnight the day alone. */
function words(ms: number, stepMs: number, zone: Zone, date: string | false): string {
  const time = stepMs < MINUTE ? clockSeconds(ms, zone) : clockMinutes(ms, zone);
  if (!date) return time;
  return stepMs >= DAY || wall(ms, zone).getTime() % DAY === 0 ? date : `${date} ${time}`;
}
