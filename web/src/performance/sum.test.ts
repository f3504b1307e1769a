import { describe, expect, it } from 'vitest';
import { figures } from './fixtures';
import { printedSum } from './sum';

const MINUS = '\u2212';

function sumOf([expected_usd, slippage_cost_usd, fees_usd, net_usd]: readonly string[]): string {
  const { expected, slippage, fees, net } = printedSum(figures({ expected_usd, slippage_cost_usd, fees_usd, net_usd }));
  return `${expected} - ${slippage} - ${fees} = ${net}`;
}

describe('the sum', () => {
  it('adds up as it is printed, where each term rounded by itself would not', () => {
    expect(sumOf(['238.2439', '27.4844', '91.8449', '118.9146'])).toBe('+$238.23 - $27.48 - $91.84 = +$118.91');
    expect(sumOf(['2.0249', '0.0151', '1.0049', '1.0049'])).toBe('+$2.02 - $0.02 - $1.00 = +$1.00');
  });

  it('has four digits throughout where one of its terms is below a cent', () => {
    expect(sumOf(['0.0663', '0.0031', '0.0042', '0.059'])).toBe('+$0.0663 - $0.0031 - $0.0042 = +$0.0590');
    expect(sumOf(['-4.00295', '-1.005', '0.00405', '-3.002'])).toBe(
      `${MINUS}$4.0030 - ${MINUS}$1.0050 - $0.0040 = ${MINUS}$3.0020`,
    );
  });

  it('is not touched where nothing is rounded', () => {
    expect(sumOf(['100', '1.5', '2.25', '96.25'])).toBe('+$100.00 - $1.50 - $2.25 = +$96.25');
    expect(sumOf(['0', '0', '0', '0'])).toBe('$0.00 - $0.00 - $0.00 = $0.00');
  });
});
