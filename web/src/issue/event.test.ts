import { describe, expect, it } from 'vitest';
import { crumb, event, frame } from './fixtures';
import { asText, placeOf, runsOf } from './stack';
import { trailOf } from './trail';
import { leavesOf, titleOf } from './tree';
import { issueHref, readView } from './view';

describe('a stack', () => {
  const lib = frame({ in_app: false, module: 'httpx.client' });

  it('begins with the call that failed, library frames folded together', () => {
    const runs = runsOf({ frames: [frame({ function: 'main' }), lib, lib, frame()], omitted: 0 });
    expect(runs.map(({ inApp, frames }) => [inApp, frames.length])).toEqual([
      [true, 1],
      [false, 2],
      [true, 1],
    ]);
    expect(runs[0].frames[0].function).toBe('place_order');
  });

  it('is all shown when none of its frames is the agent’s own', () => {
    expect(runsOf({ frames: [lib, lib], omitted: 0 })).toEqual([{ inApp: true, frames: [lib, lib] }]);
  });

  it('says where a frame is with what is known', () => {
    expect(placeOf(frame())).toBe('agent/loop.py:41');
    expect(placeOf(frame({ filename: '', line: null }))).toBe('agent.loop');
    expect(placeOf(frame({ filename: '', module: '', line: null }))).toBe('unknown place');
  });

  it('is text with the lines of source', () => {
    const own = frame({ source: [{ number: 41, text: '    send(order)' }], at: 0 });
    const exception = { type: 'VenueDown', value: 'no answer', module: '', handled: null, mechanism: null };
    expect(asText([{ ...exception, stack: { frames: [own], omitted: 0 } }], null)).toBe(
      'Stack, the innermost call last:\n  agent/loop.py:41, in place_order\n    send(order)\nVenueDown: no answer',
    );
  });
});

describe('the trail', () => {
  it('counts back from the error, which is its end', () => {
    const steps = trailOf(event({ breadcrumbs: [crumb({ time_ns: '1699999997620000000' }), crumb()] }));
    expect(steps.map(({ before }) => before)).toEqual(['−2.38\u2009s', '', '0']);
    expect(steps[2]).toMatchObject({ error: true, message: 'VenueDown: no answer' });
  });

  it('shows a step that came after the error as such', () => {
    expect(trailOf(event({ breadcrumbs: [crumb({ time_ns: '1700000001000000000' })] }))[0].before).toBe('+1.00\u2009s');
  });

  it('keeps the data of a step as text', () => {
    const [step] = trailOf(event({ breadcrumbs: [crumb({ data: { status: 500, body: { a: 1 }, note: 'x' } })] }));
    expect(step.data).toEqual([
      ['status', '500'],
      ['body', '{"a":1}'],
      ['note', 'x'],
    ]);
  });
});

it('JSON is rows, lists of plain values on one', () => {
  expect(leavesOf({ strategy: 'vol-arb', positions: [{ asset: 'BTC' }], hours: [1, 2], none: {} })).toEqual([
    { key: 'strategy', depth: 0, value: 'vol-arb' },
    { key: 'positions', depth: 0, value: null },
    { key: '1', depth: 1, value: null },
    { key: 'asset', depth: 2, value: 'BTC' },
    { key: 'hours', depth: 0, value: '[1,2]' },
    { key: 'none', depth: 0, value: '{}' },
  ]);
  expect(titleOf('last_order')).toBe('Last order');
  expect(titleOf('')).toBe('');
});

it('an address names an event, or the one to begin with', () => {
  expect(readView(new URLSearchParams('event=latest&chart=14d'))).toEqual({ event: 'latest', days: true });
  expect(readView(new URLSearchParams('event=<b>'))).toEqual({ event: 'recommended', days: false });
  expect(issueHref(3, 'a'.repeat(32))).toBe(`/issues/3?event=${'a'.repeat(32)}`);
});
