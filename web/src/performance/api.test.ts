import { describe, expect, it } from 'vitest';
import { performance, timeShares } from './api';
import { answer, group, timeGroup } from './fixtures';

describe('answers', () => {
  it('are taken as they are', () => {
    const drawdown = { usd: '1', fraction: null, from_ns: '0', to_ns: '1' };
    const found = answer('agent', [group('a', '1', { drawdown }), group(null, '2')]);
    expect(performance(found)).toEqual(found);
  });

  it('are refused with the place of what is wrong', () => {
    const broken = answer('agent', [group('a', '1')]) as unknown as { groups: { net_usd: unknown }[] };
    broken.groups[0].net_usd = 1;
    expect(() => performance(broken)).toThrow('groups[0].net_usd should be a string, but is number 1');
  });

  it('about time may leave stages of a cycle out, and hold stages that are not known yet', () => {
    const slow = { trace_id: 't', start_ns: '1', duration_ns: 5, stages: { signal: 3, dreaming: 2 } };
    const groups = [{ ...timeGroup({ signal: 3 }), slowest: [slow] }];
    const found = timeShares({ from_ns: '0', to_ns: '1', total: null, groups });
    expect(found.groups[0].slowest[0].stages.signal).toBe(3);
  });
});
