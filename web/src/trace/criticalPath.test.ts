import { describe, expect, it } from 'vitest';
import { criticalPath } from './criticalPath';
import { type SpanSketch, modelOf } from './fixtures';
import { selfTimes } from './selfTime';

/** Segments as `name from-to` in milliseconds, in the order of time. */
function path(sketches: SpanSketch[]): string[] {
  const model = modelOf(sketches);
  const { offset, from, to } = criticalPath(model);
  const segments: [number, string][] = [];
  for (let row = 0; row < model.count; row++) {
    for (let at = offset[row]; at < offset[row + 1]; at++) {
      segments.push([from[at], `${model.strings[model.name[row]].replace('span ', '')} ${from[at] / 1e6}-${to[at] / 1e6}`]);
    }
  }
  return segments.sort((a, b) => a[0] - b[0]).map(([, text]) => text);
}

describe('critical path', () => {
  it('runs through the child that ended last, and back in the parent between children', () => {
    const segments = path([
      { id: '1', from: 0, to: 100 },
      { id: '2', parent: '1', from: 10, to: 40 },
      { id: '3', parent: '1', from: 50, to: 90 },
      { id: '4', parent: '1', from: 55, to: 80 },
    ]);
    expect(segments).toEqual(['1 0-10', '2 10-40', '1 40-50', '3 50-90', '1 90-100']);
  });

  it('takes handed-over work as part of the cycle that waited for it, not of the span that handed it over', () => {
    const segments = path([
      { id: '1', from: 0, to: 100 },
      { id: '2', parent: '1', from: 5, to: 10, kind: 'producer' },
      { id: '3', parent: '2', from: 20, to: 80, agent: 'beta' },
    ]);
    expect(segments).toEqual(['1 0-5', '2 5-10', '1 10-20', '3 20-80', '1 80-100']);
  });

  it('goes on in the work that outlived the cycle that asked for it', () => {
    const segments = path([
      { id: '1', from: 0, to: 30 },
      { id: '2', parent: '1', from: 5, to: 10, kind: 'producer' },
      { id: '3', parent: '2', from: 20, to: 80, agent: 'beta' },
    ]);
    expect(segments).toEqual(['1 0-5', '2 5-10', '1 10-20', '3 20-80']);
  });

  it('follows one trace into the next', () => {
    const segments = path([
      { id: '1', from: 0, to: 30 },
      { id: '2', from: 50, to: 80, agent: 'beta' },
    ]);
    expect(segments).toEqual(['1 0-30', '2 50-80']);
  });

  it('never overlaps and never leaves its span, however spans lie', () => {
    let seed = 20261120;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const sketches = Array.from({ length: 400 }, (_, at): SpanSketch => {
      const from = random() * 1000;
      const parent = at === 0 || random() < 0.05 ? undefined : (1 + Math.floor(random() * at)).toString(16);
      return { id: (at + 1).toString(16), parent, from, to: from + random() * 300, agent: `agent ${at % 3}` };
    });
    const model = modelOf(sketches);
    const { offset, from, to } = criticalPath(model);
    const all = Array.from(from, (start, at) => [start, to[at]] as const).sort((a, b) => a[0] - b[0]);
    all.slice(1).forEach(([start], at) => expect(start).toBeGreaterThanOrEqual(all[at][1]));
    for (let row = 0; row < model.count; row++) {
      for (let at = offset[row]; at < offset[row + 1]; at++) {
        expect(from[at]).toBeGreaterThanOrEqual(model.start[row]);
        expect(to[at]).toBeLessThanOrEqual(model.end[row]);
      }
    }
  });

  it('costs n log n: a chain of 50,000 with every child outliving its parent takes well under a second', () => {
    const count = 50_000;
    const times = {
      count,
      parent: Int32Array.from({ length: count }, (_, row) => row - 1),
      start: Float64Array.from({ length: count }, (_, row) => row),
      end: Float64Array.from({ length: count }, (_, row) => row + count),
    };
    const before = performance.now();
    criticalPath(times);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

describe('self time', () => {
  it('is what no child covers, overlapping children counted once, children outside not at all', () => {
    const parent = Int32Array.from([-1, 0, 0, 0]);
    const start = Float64Array.from([0, 10, 20, 90]);
    const end = Float64Array.from([100, 40, 50, 130]);
    expect([...selfTimes(parent, start, end)]).toEqual([50, 30, 30, 40]);
  });
});
