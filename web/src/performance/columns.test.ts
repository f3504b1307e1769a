import { describe, expect, it } from 'vitest';
import { COLUMNS, fitting } from './columns';
import { figures } from './fixtures';

const shown = (widthPx: number, amount = '12.5') =>
  fitting([figures({ net_usd: amount, pnl_usd: amount, fees_usd: amount, slippage_cost_usd: amount, slipped: 1 })], widthPx).map(
    (column) => column.by,
  );

describe('columns', () => {
  it('are all there where there is room', () => {
    expect(shown(1096)).toEqual(COLUMNS.map((column) => column.by));
  });

  it('are as many as their titles leave room for before there is a row', () => {
    expect(fitting([], 616).map((column) => column.by)).toEqual(['fees', 'slippage', 'mean', 'win', 'drawdown']);
  });

  it('leave in the order of their weight, and stand in theirs', () => {
    expect(shown(820)).toEqual(['pnl', 'fees', 'slippage', 'mean', 'fill', 'win', 'drawdown']);
    expect(shown(616)).toEqual(['fees', 'mean', 'win', 'drawdown']);
    expect(shown(300)).toEqual([]);
  });

  it('leave earlier where amounts are long', () => {
    expect(shown(1096, '1234567.89')).toEqual(['pnl', 'fees', 'slippage', 'mean', 'p95', 'fill', 'win', 'drawdown']);
    expect(shown(616, '1234567.89')).toEqual(['fees', 'drawdown']);
  });

  it('show slippage as money, mean and percentile, each empty where nothing was filled', () => {
    const cells = (of = figures()) => COLUMNS.filter(({ by }) => /^(slippage|mean|p95)$/.test(by)).map(({ cell }) => cell(of));
    expect(cells()).toEqual(['', '', '']);
    const told = { slipped: 2, slippage_cost_usd: '8', slippage_mean_bps: -1.25, slippage_p95_bps: 4.4 };
    expect(cells(figures(told))).toEqual(['$8.00', '\u22121.3', '+4.4']);
  });
});
