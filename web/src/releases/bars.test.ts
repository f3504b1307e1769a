import { describe, expect, it } from 'vitest';
import { flagsOf, segmentsOf, sinceFirst, spanOf, topOf } from './bars';
import { deploy, point } from './fixtures';

it('stacks what went well at the foot and crashes on top, and leaves out what there was none of', () => {
  const busy = point(0, { sessions: 10, healthy: 5, errored: 3, crashed: 2 });
  expect(segmentsOf(busy, 10)).toEqual([
    { status: 'healthy', bottom: 0, height: 50 },
    { status: 'errored', bottom: 50, height: 30 },
    { status: 'crashed', bottom: 80, height: 20 },
  ]);
  expect(topOf([point(0), busy])).toBe(10);
});

describe('the steps that are drawn', () => {
  const steps = (n: number, first: number) =>
    Array.from({ length: n }, (_, i) => point(i, { sessions: i >= first ? 1 : 0 }));

  it('begin with the first session', () => {
    expect(sinceFirst(steps(60, 20))[0].t_ns).toBe(point(20).t_ns);
  });

  it('are never so few that bars become blocks', () => {
    expect(sinceFirst(steps(60, 59))).toHaveLength(24);
    expect(sinceFirst(steps(10, 9))).toHaveLength(10);
  });

  it('are all of them where no session was', () => {
    expect(sinceFirst(steps(60, 60))).toHaveLength(60);
    expect(sinceFirst([])).toEqual([]);
  });
});

describe('deploys on the chart', () => {
  const span = spanOf([point(0), point(9)], 3600);

  it('stand where they happened, those outside nowhere', () => {
    expect(flagsOf([deploy(1, 'production', 5), deploy(2, 'production', 11)], span)).toEqual([
      { left: 50, environments: ['production'] },
    ]);
  });

  it('share a flag when they are next to each other, so that each can be read', () => {
    const close = [deploy(3, 'production', 5.5), deploy(2, 'staging', 5), deploy(1, 'staging', 5)];
    expect(flagsOf(close, span)).toEqual([{ left: 50, environments: ['staging', 'production'] }]);
  });
});
