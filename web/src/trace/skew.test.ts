import { expect, it } from 'vitest';
import { attr, modelOf } from './fixtures';
import { type CrossEdge, laneShifts } from './skew';

const edge = (change: Partial<CrossEdge>): CrossEdge => ({
  causeLane: 0,
  effectLane: 1,
  causeStart: 100e6,
  causeEnd: 200e6,
  effectStart: 120e6,
  effectEnd: 150e6,
  waited: false,
  ...change,
});
const shifts = (...edges: CrossEdge[]) => [...laneShifts(3, edges)];

it('leaves clocks alone that agree within a millisecond', () => {
  expect(shifts(edge({}))).toEqual([0, 0, 0]);
  expect(shifts(edge({ effectStart: 99.5e6 }))).toEqual([0, 0, 0]);
});

it('moves a lane whose work begins before it was asked for', () => {
  expect(shifts(edge({ effectStart: 60e6 }))).toEqual([0, 40e6, 0]);
});

it('moves a lane back whose answer came after the wait for it was over', () => {
  expect(shifts(edge({ waited: true, effectStart: 190e6, effectEnd: 230e6 }))).toEqual([0, -30e6, 0]);
});

it('lets work go on after a hand-over that nobody waited for', () => {
  expect(shifts(edge({ effectStart: 190e6, effectEnd: 900e6 }))).toEqual([0, 0, 0]);
});

it('carries a shift on to the lanes behind', () => {
  const behind = edge({ causeLane: 1, effectLane: 2, causeStart: 60e6, effectStart: 65e6 });
  expect(shifts(edge({ effectStart: 60e6 }), behind)).toEqual([0, 40e6, 35e6]);
});

it('shifts spans and events of the story, and says so on the lane', () => {
  const model = modelOf([
    { id: '1', from: 0, to: 100, kind: 'producer' },
    { id: '2', parent: '1', from: -20, to: 30, agent: 'beta', events: [event(-10)] },
  ]);
  expect([...model.start]).toEqual([0, 0]);
  expect([...model.eventTime]).toEqual([10e6]);
  expect(model.lanes.map((lane) => lane.skewNs)).toEqual([0, 20e6]);
});

function event(ms: number) {
  const time = 1_795_185_123_000_000_000n + BigInt(ms * 1e6);
  return { name: 'order_filled', time_ns: time.toString(), attributes: [attr('a', 'int', '1')], dropped_attributes_count: 0 };
}
