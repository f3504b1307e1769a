import { describe, expect, it } from 'vitest';
import { around, between, clampView, moveEdge, pan, parseView, tickLabel, tickStep, ticks, viewText, wholeView, zoom } from './scale';

const whole = wholeView(1e9);

describe('view', () => {
  it('shows the whole story with a little room at its end', () => {
    expect(whole).toEqual({ from: 0, to: 1.02e9 });
    expect(wholeView(0).to).toBeGreaterThan(0);
  });

  it('zooms about the pointer, which keeps its moment', () => {
    const view = zoom({ from: 0, to: 1e9 }, 0.5, 250e6, whole);
    expect((250e6 - view.from) / (view.to - view.from)).toBeCloseTo(0.25);
    expect(view.to - view.from).toBe(0.5e9);
  });

  it('stops zooming in at a microsecond and out at the story', () => {
    expect(zoom({ from: 0, to: 1200 }, 0.5, 500, whole)).toEqual({ from: 0, to: 1200 });
    expect(zoom(whole, 3, 5e8, whole)).toEqual(whole);
  });

  it('pans without changing its width, and stops at the ends', () => {
    expect(pan({ from: 0, to: 1e8 }, 5e7, whole)).toEqual({ from: 5e7, to: 1.5e8 });
    expect(pan({ from: 0, to: 1e8 }, -5e7, whole)).toEqual({ from: 0, to: 1e8 });
  });

  it('is brushed in either direction and never turned inside out', () => {
    expect(between(8e8, 2e8, whole)).toEqual({ from: 2e8, to: 8e8 });
    expect(moveEdge({ from: 0, to: 1e8 }, 'from', 5e8, whole).from).toBeLessThan(1e8);
    expect(moveEdge({ from: 1e8, to: 2e8 }, 'to', 0, whole).to).toBeGreaterThan(1e8);
  });

  it('shows a span with room on both sides', () => {
    expect(around(5e8, 6e8, whole)).toEqual({ from: 4.92e8, to: 6.08e8 });
    expect(clampView(around(0, 1e9, whole), whole).from).toBe(0);
  });

  it('survives the way through a link', () => {
    const view = { from: 12_500_000, to: 480_123_000 };
    expect(viewText(view)).toBe('12.5-480.123');
    expect(parseView(viewText(view), whole)).toEqual(view);
    for (const text of [null, '', 'a-b', '5-2', '-3-4']) expect(parseView(text, whole)).toBeNull();
  });
});

describe('ticks', () => {
  const labels = (from: number, to: number, width: number) => {
    const step = tickStep({ from, to }, width);
    return ticks({ from, to }, step).map((at) => tickLabel(at, step).replaceAll('\u2009', ' '));
  };

  it('stand at round moments, labelled in their unit', () => {
    expect(labels(0, 4.9e9, 500)).toEqual(['0', '1 s', '2 s', '3 s', '4 s']);
    expect(labels(0, 420e6, 500)).toEqual(['0', '100 ms', '200 ms', '300 ms', '400 ms']);
    expect(labels(1.2e9, 1.6e9, 500)).toEqual(['1.2 s', '1.3 s', '1.4 s', '1.5 s', '1.6 s']);
    expect(labels(0, 9000, 300)).toEqual(['0', '5 µs']);
  });

  it('count long stories in minutes and hours', () => {
    expect(labels(0, 252e9, 500)).toEqual(['0', '1m', '2m', '3m', '4m']);
    expect(labels(0, 5 * 3600e9, 400)).toEqual(['0', '2h 0m', '4h 0m']);
  });

  it('never crowd', () => {
    for (const width of [120, 390, 900, 2000]) {
      for (const span of [1e3, 7e5, 3e8, 4.4e10, 9e12]) {
        expect(ticks({ from: 0, to: span }, tickStep({ from: 0, to: span }, width)).length).toBeLessThanOrEqual(width / 84 + 2);
      }
    }
  });
});
