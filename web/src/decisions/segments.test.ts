import { expect, it } from 'vitest';
import { segmentsOf } from './segments';

const stage = (name: string, duration_ns: number) => ({ name, start_ns: '0', duration_ns, error: false });
const stages = [stage('pf.wallet.balance_check', 30), stage('pf.signal.analysis', 40), stage('order.pipeline', 300)];

it('draws every stage where there is room', () => {
  expect(segmentsOf({ stages, duration_ns: 370 }, 40)).toEqual([
    { ns: 30, money: false },
    { ns: 40, money: false },
    { ns: 300, money: true },
  ]);
});

it('joins neighbours of a kind where there is none', () => {
  expect(segmentsOf({ stages, duration_ns: 370 }, 8)).toEqual([
    { ns: 70, money: false },
    { ns: 300, money: true },
  ]);
});

it('knows which stages move money', () => {
  const money = (name: string): boolean => segmentsOf({ stages: [stage(name, 1)], duration_ns: 1 }, 40)[0].money;
  expect(['pf.trade.execute', 'pf.trade.close', 'pf.escrow.create', 'order.pipeline'].every(money)).toBe(true);
  expect(['pf.casino.bet', 'pf.wallet.swap', 'pf.domain.register', 'order.submit'].every(money)).toBe(true);
  expect(['pf.casino.history', 'pf.wallet.balance_check', 'pf.domain.search'].some(money)).toBe(false);
  expect(['pf.trade.positions', 'pf.signal.analysis', 'risk.check'].some(money)).toBe(false);
});

it('is one piece without stages', () => {
  expect(segmentsOf({ stages: [], duration_ns: 0 }, 40)).toEqual([{ ns: 1, money: false }]);
});
