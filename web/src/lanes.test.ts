import { expect, it } from 'vitest';
import { assignLanes, laneAt } from './lanes';

const seen = (agent: string, first_seen_ns: string) => ({ agent, first_seen_ns });

it('gives lanes in the order in which the hub first saw the agents', () => {
  const laneOf = assignLanes([seen('late', '2000000000000000000'), seen('early', '1000000000000000000')]);
  expect(laneOf('early')).toMatchObject({ letter: 'A', className: 'lane-1' });
  expect(laneOf('late')).toMatchObject({ letter: 'B', className: 'lane-2' });
});

it('keeps the lane of an agent that the hub did not list', () => {
  const laneOf = assignLanes([seen('known', '1')]);
  expect(laneOf('stranger').letter).toBe('B');
  expect(laneOf('another').letter).toBe('C');
  expect(laneOf('stranger').letter).toBe('B');
});

it('repeats colours beyond six, and never letters', () => {
  expect(laneAt(6)).toMatchObject({ letter: 'G', className: 'lane-1', token: '--a1' });
  expect(laneAt(25).letter).toBe('Z');
  expect(laneAt(26).letter).toBe('AA');
});
