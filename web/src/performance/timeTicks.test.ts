import { describe, expect, it } from 'vitest';
import { timeTicks } from './timeTicks';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 20, 14, 33);

const texts = (fromMs: number, toMs: number, widthPx = 996) =>
  timeTicks(fromMs, toMs, 'utc', NOW, widthPx).map((tick) => tick.text);

describe('marks of time', () => {
  it('stand at round times of the clock, wherever the range begins', () => {
    expect(texts(NOW - HOUR, NOW)).toEqual(['13:40', '13:50', '14:00', '14:10', '14:20', '14:30']);
    const [first] = timeTicks(NOW - HOUR, NOW, 'utc', NOW, 996);
    expect(first.left).toBeCloseTo((7 / 60) * 100);
  });

  it('say the day where the range leaves today, and again where another begins', () => {
    expect(texts(NOW - DAY, NOW)).toEqual(['19 Nov 18:00', '21:00', '20 Nov', '03:00', '06:00', '09:00', '12:00']);
    expect(texts(NOW - DAY - 8 * HOUR, NOW - DAY)).toEqual(
      ['19 Nov 07:00', '08:00', '09:00', '10:00', '11:00', '12:00', '13:00', '14:00'],
    );
  });

  it('are days in a long range, and have the year of another', () => {
    expect(texts(NOW - 7 * DAY, NOW)).toEqual(['14 Nov', '15 Nov', '16 Nov', '17 Nov', '18 Nov', '19 Nov', '20 Nov']);
    expect(texts(NOW - 30 * DAY, NOW)).toEqual(['29 Oct', '05 Nov', '12 Nov', '19 Nov']);
    expect(texts(Date.UTC(2019, 11, 31, 12), Date.UTC(2020, 0, 2))).toEqual(
      ['31 Dec 2019 18:00', '01 Jan 2020', '06:00', '12:00', '18:00'],
    );
    expect(texts(0, NOW).length).toBeLessThan(12);
  });

  it('keep further away from the start and from each other where they have their year', () => {
    const newYear = Date.UTC(2027, 0, 1, 3);
    const read = (now: number, widthPx: number) => timeTicks(newYear - DAY, newYear, 'utc', now, widthPx).map((tick) => tick.text);
    expect(read(newYear - 4 * HOUR, 420)[0]).toBe('31 Dec 06:00'); // 52 px from the start
    expect(read(newYear, 420)[0]).toBe('31 Dec 2026 12:00');
    expect(read(newYear, 300)).toEqual(['31 Dec 2026 12:00', '01 Jan 2027']);
  });

  it('have seconds where minutes would repeat', () => {
    expect(texts(NOW, NOW + 120_000)).toEqual(['14:33:15', '14:33:30', '14:33:45', '14:34:00', '14:34:15', '14:34:30', '14:34:45']);
  });

  it('are as many as there is room for, none where there is none', () => {
    expect(texts(NOW - DAY, NOW, 300)).toEqual(['19 Nov 18:00', '20 Nov', '06:00', '12:00']);
    expect(texts(NOW - HOUR, NOW, 0)).toEqual([]);
    expect(texts(NOW, NOW)).toEqual([]);
  });
});
