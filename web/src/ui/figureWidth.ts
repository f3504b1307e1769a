/** How wide figures are before they are drawn: for columns that must have room for all of theirs. */
import { usd } from '../format';

/** No character of a figure, nor on average of a column's title, is wider. */
export const CHARACTER_PX = 7.8;

/** Room for each of these amounts, printed with its sign. */
export function moneyPx(amounts: readonly (string | null)[]): number {
  const largest = amounts.reduce((most, amount) => Math.max(most, Math.abs(Number(amount)) || 0), 0);
  return Math.ceil(usd(String(largest), { sign: true }).length * CHARACTER_PX);
}
