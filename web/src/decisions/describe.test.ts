import { describe as group, expect, it } from 'vitest';
import type { TraceSummary } from '../api/types';
import { describe } from './describe';
import { applyFacet, facetsOf } from './facets';
import { NO_FILTER } from './filter';
import { decision } from './fixtures';

group('a decision in words', () => {
  const order = { side: 'buy', asset: 'BTC', quantity: '0.0148' } as const;
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
    [{ outcome: 'flight', name: 'pf.wallet.balance_check' }, 'pf.wallet.balance_check', 'not ended yet'],
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
  it('replace an earlier value of the same attribute', () => {
    const facet = facetsOf(decision('t', 0, { reason: 'low_confidence' })).find(({ label }) => label === 'reason')!;
    const filter = applyFacet({ ...NO_FILTER, attributes: [{ key: 'pf.cycle_reason', value: 'other' }] }, facet);
    expect(filter.attributes).toEqual([{ key: 'pf.cycle_reason', value: 'low_confidence' }]);
  });
});
