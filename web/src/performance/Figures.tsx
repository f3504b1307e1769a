/** The result as a sum that adds up: what the expected prices promised, what was lost on the way, what was left. */
import type { ReactNode } from 'react';
import { bps, count, percent, plural, signum, usd } from '../format';
import type { Drawdown, Figures as Numbers, Performance } from './api';
import { printedSum } from './sum';
import './figures.css';

export function Figures({ answer }: { answer: Performance | null }) {
  const total = answer?.total ?? null;
  const sum = total && printedSum(total);
  return (
    <>
      <section className="figures-sum" aria-label="Result of the time range">
        <Term title="At expected prices" note={total && earned(total)}>
          <Money shown={sum?.expected} exact={total?.expected_usd} />
        </Term>
        <Operator sign={'\u2212'} word="minus" />
        <Term title="Slippage" note={total && slipped(total)}>
          <Money shown={sum?.slippage} exact={total?.slippage_cost_usd} />
        </Term>
        <Operator sign={'\u2212'} word="minus" />
        <Term title="Fees" note={total && paid(total)}>
          <Money shown={sum?.fees} exact={total?.fees_usd} />
        </Term>
        <Operator sign="=" word="equals" />
        <Term title="Realised P&L, net" note={total && `gross ${usd(total.pnl_usd, { sign: true })}`} result>
          <Money shown={sum?.net} exact={total?.net_usd} tone={tone(signum(total?.net_usd))} />
        </Term>
      </section>
      <section className="figures-rates" aria-label="Rates">
        <Rate title="Win rate" value={total && ratio(total.win_rate, 'Nothing closed')}>
          {total?.win_rate != null && `${count(total.won)} won, ${count(total.lost)} lost`}
        </Rate>
        <Rate title="Fill rate" value={total && ratio(total.fill_rate, 'No orders')}>
          {total?.fill_rate != null && fills(total)}
        </Rate>
        <Rate title="Slippage, p95" value={total && signed(total.slippage_p95_bps)}>
          {total?.slippage_mean_bps != null && `mean ${bps(total.slippage_mean_bps)} bps`}
        </Rate>
        <Rate title="Deepest drawdown" value={total && depth(total.drawdown)}>
          {total?.drawdown && fell(total.drawdown)}
        </Rate>
      </section>
    </>
  );
}

const fell = ({ usd: fall, fraction }: Drawdown): string => {
  if (signum(fall) === 0) return 'never below its high';
  if (fraction === null) return 'from zero';
  // Of a small gain any loss is thousands of per cent, which says nothing.
  return fraction > 1 ? 'more than had been gained' : `${percent(fraction, 1)} of the high`;
};
/** A figure, or in quiet words why there is none. */
type Found = { text: string } | { none: string };
const ratio = (share: number | null, none: string): Found => (share === null ? { none } : { text: percent(share, 1) });
const signed = (value: number | null): Found => (value === null ? { none: 'No fills' } : { text: `${bps(value)} bps` });
const depth = (drawdown: Drawdown | null): Found => (drawdown ? { text: usd(drawdown.usd) } : { none: 'None yet' });

const earned = ({ closed, bets }: Numbers): string => {
  const closings = closed - bets;
  const parts = [closings > 0 && `${count(closings)} closed`, bets > 0 && plural(bets, 'bet')];
  return parts.filter(Boolean).join(', ') || 'nothing closed';
};
const slipped = ({ slipped: orders }: Numbers): string => (orders > 0 ? `on ${plural(orders, 'fill')}` : 'no fills');
const paid = ({ orders }: Numbers): string => (orders > 0 ? plural(orders, 'order') : '');

function fills({ filled, partly_filled, refused, in_doubt }: Numbers): string {
  const parts = [
    `${count(filled)} filled`,
    partly_filled > 0 && `${count(partly_filled)} in part`,
    refused > 0 && `${count(refused)} refused`,
    in_doubt > 0 && `${count(in_doubt)} in doubt`,
  ];
  return parts.filter(Boolean).join(', ');
}

interface TermProps {
  title: string;
  note: string | null;
  result?: boolean;
  children: ReactNode;
}

function Term({ title, note, result = false, children }: TermProps) {
  return (
    <div className={result ? 'term result' : 'term'}>
      <p>{title}</p>
      {children}
      <small>{note || '\u00a0'}</small>
    </div>
  );
}

function Operator({ sign, word }: { sign: string; word: string }) {
  return (
    <span className="operator">
      <span aria-hidden="true">{sign}</span>
      <span className="sr">{word}</span>
    </span>
  );
}

const tone = (sign: -1 | 0 | 1): string | undefined => (sign < 0 ? 'loss' : sign > 0 ? 'gain' : undefined);

/** Nothing until the first answer, at the height of a figure. */
function Money({ shown = '\u00a0', exact, tone }: { shown?: string; exact: string | undefined; tone?: string }) {
  return (
    <strong className={tone} title={exact}>
      {shown}
    </strong>
  );
}

interface RateProps {
  title: string;
  /** Null until the first answer. */
  value: Found | null;
  children: ReactNode;
}

function Rate({ title, value, children }: RateProps) {
  const found = value !== null && 'text' in value;
  return (
    <div>
      <p>{title}</p>
      <b className={found ? undefined : 'mut'}>{found ? value.text : (value?.none ?? '\u00a0')}</b>
      {children && <small>{children}</small>}
    </div>
  );
}
