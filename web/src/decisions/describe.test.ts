import { describe as group, expect, it } from 'vitest';
import type { TraceSummary } from '../api/types';
import { describe } from './describe';
import { applyFacet, facetsOf } from './facets';
import { NO_FILTER } from './filter';
import { decision } from './fixtures';

group('a decision in words', () => {
  const order = { side: 'buy', asset: 'BTC', quantity: '0.0148' } as const;
  const READ = { name: 'pf.wallet.balance_check', start_ns: '1', duration_ns: 1, error: false };
  const BET = { ...READ, name: 'pf.casino.bet' };
  const CLOSE = { name: 'pf.trade.close', start_ns: '1', duration_ns: 1, error: false };
  it.each<[Partial<TraceSummary>, string, string]>([
    [{ outcome: 'traded', ...order, fill_price: '66204.50' }, 'Buy 0.0148 BTC', 'filled at 66,204.50'],
    [{ outcome: 'skipped', reason: 'low_confidence' }, 'No action', 'low confidence'],
    [{ outcome: 'skipped', ...order, reason: '|z| 1.12 below 1.50' }, 'No action', '|z| 1.12 below 1.50'],
    [{ outcome: 'rejected', ...order, reason: 'risk net_vega' }, 'Buy 0.0148 BTC', 'risk check net_vega'],
    [{ outcome: 'rejected', asset: 'ETH', reason: 'risk daily_loss' }, 'Trade ETH', 'risk check daily_loss'],
    [
      { outcome: 'failed', error_type: 'TimeoutError', error_message: 'TimeoutError' },
      'Decision cycle',
      'TimeoutError',
    ],
    [{ outcome: 'traded', asset: 'BTC', escrow_id: 'esc_1', pnl_usd: '-2.81' }, 'Close BTC', ''],
    [{ outcome: 'traded', asset: 'BTC', stages: [CLOSE], order_id: 'ord_1' }, 'Close BTC', ''],
    [
      { outcome: 'failed', ...order, error_type: 'Rejected', error_message: 'margin' },
      'Buy 0.0148 BTC',
      'Rejected, margin',
    ],
    [{ outcome: 'flight', ...order, order_id: 'ord_1' }, 'Buy 0.0148 BTC', 'order sent, waiting for a fill'],
    [
      { outcome: 'flight', escrow_id: 'esc_91c4', amount_usd: '1000', counterparty: 'eth-momentum' },
      'Escrow $1,000.00',
      'esc_91c4, waiting for eth-momentum',
    ],
    [{ outcome: 'unknown', ...order }, 'Buy 0.0148 BTC', 'the answer never came; the order may have been filled'],
    [{ outcome: 'unknown' }, 'Decision cycle', 'the answer never came; it may have happened'],
    [
      { outcome: 'traded', ...order, fill_price: '66204.50', lost_answers: 1 },
      'Buy 0.0148 BTC',
      'filled at 66,204.50, found after its answer was lost',
    ],
    [{ outcome: 'traded', name: 'pf.trade.close', ...order, side: 'sell', fill_price: '1' }, 'Close BTC', 'filled at 1.00'],
    [{ outcome: 'completed', stages: [READ, BET], pnl_usd: '0.99' }, 'Bet', ''],
    [{ outcome: 'completed', stages: [READ] }, 'Decision cycle', ''],
    [{ outcome: 'completed', name: 'pf.casino.bet', lost_answers: 1 }, 'Bet', 'found after its answer was lost'],
    [{ outcome: 'completed', name: 'pf.monitor.run', reason: 'daily-recalibration' }, 'Job daily-recalibration', ''],
    [
      { outcome: 'failed', name: 'pf.monitor.run', reason: 'nightly', error_type: 'KeyError' },
      'Job nightly',
      'KeyError',
    ],
    [{ outcome: 'completed', name: 'pf.agent.marker', reason: 'window 20 → 30' }, 'Agent changed', 'window 20 → 30'],
    [{ outcome: 'flight', name: 'pf.wallet.balance_check' }, 'Balance check', 'not ended yet'],
    [{ outcome: 'completed', name: 'chat claude-sonnet-5' }, 'Model claude-sonnet-5', ''],
    [{ outcome: 'completed', name: 'GET /quotes' }, 'GET /quotes', ''],
    [{ outcome: 'completed' }, 'Decision cycle', ''],
  ])('%o', (change, what, why) => {
    expect(describe(decision('t', 0, change))).toEqual({ what, why });
  });

  it('never shows markup as anything but text', () => {
    const hostile = '<img src=x onerror=alert(1)>';
    expect(describe(decision('t', 0, { outcome: 'rejected', reason: hostile })).why).toBe(hostile);
  });
});

group('facets', () => {
  it('offer only what the decision has', () => {
    expect(facetsOf(decision('t', 0)).map((facet) => facet.label)).toEqual(['agent', 'outcome', 'took at least']);
  });
  it('of a job and of a change are looked for where they are recorded', () => {
    const keys = ['pf.monitor.run', 'pf.agent.marker'].map(
      (name) => facetsOf(decision('t', 0, { name, reason: 'x' })).find(({ attribute }) => attribute)?.attribute?.key,
    );
    expect(keys).toEqual(['pf.monitor.slug', 'pf.marker.change']);
  });
  it('replace an earlier value of the same attribute', () => {
    const facet = facetsOf(decision('t', 0, { reason: 'low_confidence' })).find(({ label }) => label === 'reason')!;
    const filter = applyFacet({ ...NO_FILTER, attributes: [{ key: 'pf.cycle_reason', value: 'other' }] }, facet);
    expect(filter.attributes).toEqual([{ key: 'pf.cycle_reason', value: 'low_confidence' }]);
  });
});
