/** The strip under the title: what it earned, what it cost, how long it took, and what it touched. */
import type { ReactNode } from 'react';
import type { TraceDetail, TraceSummary } from '../api/types';
import { bps, count, duration, signum, usd } from '../format';
import type { Incident } from '../incidents/shapes';
import { useBehind } from '../incidents/useBehind';
import { incidentHref } from '../incidents/view';
import { issueHref } from '../issue/view';
import { Link } from '../router';
import { minus } from './decimal';
import { filterAddress } from './filterAddress';
import { Flag, has } from './model';
import type { Story } from './useStory';
import './summary.css';

interface Props {
  story: Story;
  onError: () => void;
}

export function Summary({ story, onError }: Props) {
  const { head, model } = story;
  const { summary } = head;
  const inFlight = summary.outcome === 'flight' || summary.outcome === 'unknown';
  const errors = errorCount(story);
  const incidents = useBehind('trace', summary.trace_id);
  return (
    <section className="sum" aria-label="Summary">
      <Cell title="P&L, net of fees">{pnl(netProfit(summary), inFlight)}</Cell>
      <Cell title="Slippage">{summary.slippage_bps !== null && <b>{bps(summary.slippage_bps)} bps</b>}</Cell>
      <Cell title="Fees">{summary.fee_usd !== null && <b title={summary.fee_usd}>{usd(summary.fee_usd)}</b>}</Cell>
      <Cell title={model.nowNs === null ? 'Duration' : 'Open for'}>
        <b className={model.nowNs === null ? undefined : 'o-flight'}>{duration(model.endNs)}</b>
      </Cell>
      <Cell title="Agents">
        <b>{count(model.lanes.filter((lane) => !lane.venue).length)}</b>
      </Cell>
      <Cell title="Traces">{model.traces.length > 1 && <b>{count(model.traces.length)}</b>}</Cell>
      <Cell title="Spans">
        <b>{count(head.total)}</b>
      </Cell>
      <Cell title="Errors">
        {errors > 0 ? (
          <button type="button" className="loud" title="Go to the next error (e)" onClick={onError}>
            {count(errors)}
          </button>
        ) : (
          <b>0</b>
        )}
      </Cell>
      <Cell title="Issues">{story.marks.length > 0 && <Issues story={story} />}</Cell>
      <Cell title="Incidents">{incidents.length > 0 && <Incidents incidents={incidents} />}</Cell>
      <Cell title="Decisions">{(head.previous !== null || head.next !== null) && <Neighbours previous={head.previous} next={head.next} />}</Cell>
      <Cell title="Order">{summary.order_id && <Id story={story} name="pf.order_id" value={summary.order_id} />}</Cell>
      <Cell title="Escrow">{summary.escrow_id && <Id story={story} name="pf.escrow_id" value={summary.escrow_id} />}</Cell>
    </section>
  );
}

/** Leaves out what does not apply. */
function Cell({ title, children }: { title: string; children: ReactNode }) {
  if (!children) return null;
  return (
    <div>
      <p>{title}</p>
      {children}
    </div>
  );
}

/** The venue reports profit before fees. */
const netProfit = ({ pnl_usd, fee_usd }: TraceSummary): string | null =>
  pnl_usd === null ? null : minus(pnl_usd, fee_usd ?? '0') || null;

/** `unknown` while money is in flight: it is not nothing. */
function pnl(amount: string | null, inFlight: boolean): ReactNode {
  if (amount === null) return inFlight && <b className="o-flight">unknown</b>;
  const sign = signum(amount);
  return (
    <b className={sign > 0 ? 'gain' : sign < 0 ? 'loss' : undefined} title={amount}>
      {usd(amount, { sign: true })}
    </b>
  );
}

const NAMED_ISSUES = 2;

/** What broke, by name; where it did is marked in the waterfall. */
function Issues({ story: { marks } }: { story: Story }) {
  const issues = [...new Map(marks.map((mark) => [mark.issue.id, mark])).values()];
  return (
    <b className="in-issues">
      {issues.slice(0, NAMED_ISSUES).map(({ issue, eventId }) => (
        <Link key={issue.id} href={issueHref(issue.id, eventId)} title={issue.title}>
          {issue.title}
        </Link>
      ))}
      {issues.length > NAMED_ISSUES && <span className="mut">+{count(issues.length - NAMED_ISSUES)}</span>}
    </b>
  );
}

/** The rules that fired on it, by name. */
function Incidents({ incidents }: { incidents: readonly Incident[] }) {
  return (
    <b className="in-issues">
      {incidents.slice(0, NAMED_ISSUES).map(({ id, rule, summary }) => (
        <Link key={id} href={incidentHref(id)} title={summary}>
          {rule}
        </Link>
      ))}
      {incidents.length > NAMED_ISSUES && <span className="mut">+{count(incidents.length - NAMED_ISSUES)}</span>}
    </b>
  );
}

/** What the same agent decided before and after. */
function Neighbours({ previous, next }: Pick<TraceDetail, 'previous' | 'next'>) {
  return (
    <b className="neighbours">
      {previous !== null && <Link href={`/traces/${previous}`}>Previous</Link>}
      {next !== null && <Link href={`/traces/${next}`}>Next</Link>}
    </b>
  );
}

function Id({ story, name, value }: { story: Story; name: string; value: string }) {
  return (
    <b>
      <Link className="mono" href={filterAddress(name, value, story.head.summary.start_ns)} title="Decisions with this value">
        {value}
      </Link>
    </b>
  );
}

function errorCount({ model }: Story): number {
  let errors = 0;
  for (let row = 0; row < model.count; row++) if (has(model, row, Flag.error)) errors++;
  return errors;
}
