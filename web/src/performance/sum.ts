/** The sum at the top of the page as it is printed: rounded, and still adding up to the last digit. */
import { add, parseDecimal, roundHalfEven } from '../decimal';
import { usd, usdPlaces } from '../format';
import type { Figures } from './api';

export interface PrintedSum {
  expected: string;
  slippage: string;
  fees: string;
  net: string;
}

/**
 * All terms have the digits of the one that needs most. Rounded each by itself they may miss each other by the last of
 * them; the result at expected prices stands nowhere else on the page, so it is what the other three, as printed, add
 * up to.
 */
export function printedSum({ expected_usd, slippage_cost_usd, fees_usd, net_usd }: Figures): PrintedSum {
  const places = Math.max(...[expected_usd, slippage_cost_usd, fees_usd, net_usd].map(usdPlaces));
  const costs = add(rounded(slippage_cost_usd, places), rounded(fees_usd, places));
  const expected = costs && add(costs, rounded(net_usd, places));
  return {
    expected: usd(expected ?? expected_usd, { sign: true, places }),
    slippage: usd(slippage_cost_usd, { places }),
    fees: usd(fees_usd, { places }),
    net: usd(net_usd, { sign: true, places }),
  };
}

function rounded(text: string, places: number): string {
  const exact = parseDecimal(text);
  if (!exact) return text;
  const { negative, whole, fraction } = roundHalfEven(exact, places);
  return `${negative ? '-' : ''}${whole}.${fraction}`;
}
