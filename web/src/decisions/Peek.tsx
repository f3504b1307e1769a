/** The selected decision beside the list, on wide screens: enough to know whether its trace is worth opening. */
import type { ReactNode } from 'react';
import type { TraceSummary } from '../api/types';
import { bps, confidence, duration, plural, price, shortId, usd } from '../format';
import { Icon } from '../icons';
import { OutcomeLabel } from '../outcome';
import { Link } from '../router';
import { full, msOf, nsBetween, type Zone } from '../time';
import { copy } from '../ui/copy';
import { AgentName } from '../ui/Lane';
import { Pnl } from './DecisionRow';
import { describe } from './describe';
import { netPnl } from './pnl';
import { stageWord } from './stages';
import './peek.css';

export function Peek({ trace, zone }: { trace: TraceSummary | null; zone: Zone }) {
  if (!trace) {
    return (
      <aside className="peek" aria-label="Selected decision">
        <p className="mut">Select a decision to see what happened in it.</p>
      </aside>
    );
  }
  const { what, why } = describe(trace);
  return (
    <aside className="peek" aria-label="Selected decision">
      <div className="peek-head">
        <OutcomeLabel outcome={trace.outcome} />
        <div className="grow" />
        <Link className="btn" href={`/traces/${trace.trace_id}`}>
          Open trace <kbd>Enter</kbd>
        </Link>
      </div>
      <h2>{what}</h2>
      <dl>
        <Pair name="Agent">
          <AgentName agent={trace.agent} />
        </Pair>
        {trace.agents.length > 1 && (
          <Pair name="With">{trace.agents.filter((agent) => agent !== trace.agent).join(', ')}</Pair>
        )}
        <Pair name="Time">{full(msOf(trace.start_ns), zone)}</Pair>
        <Pair name="Strategy">{trace.strategy}</Pair>
        <Pair name="Release">{trace.release}</Pair>
        <Pair name="Confidence">{confidence(trace.confidence)}</Pair>
        <Pair name="Reason">{why}</Pair>
        <Pair name="Trace">
          <CopyId id={trace.trace_id} what="Trace id" />
        </Pair>
      </dl>
      <Money trace={trace} />
      <Stages trace={trace} />
      {trace.error_count > 0 && (
        <>
          <h3>{plural(trace.error_count, 'error')}</h3>
          <p className="peek-error">
            <Icon name="error" small />
            <span>
              {[trace.error_type, trace.error_message].filter(Boolean).join(', ') || 'No message was recorded'}
            </span>
          </p>
        </>
      )}
    </aside>
  );
}

function Pair({ name, children }: { name: string; children: ReactNode }) {
  if (children == null || children === '') return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function CopyId({ id, what }: { id: string; what: string }) {
  return (
    <button type="button" className="mono copy-id" title={`Copy ${id}`} onClick={() => void copy(id, what)}>
      {shortId(id, 6)}
    </button>
  );
}

/** Says what is not known instead of leaving it out. */
function pnlOf(trace: TraceSummary): ReactNode {
  if (trace.pnl_usd !== null) return <Pnl value={netPnl(trace)} />;
  switch (trace.outcome) {
    case 'traded':
      return 'Position open';
    case 'flight':
      return 'Unknown until confirmed';
    case 'unknown':
    case 'interrupted':
      return 'Unknown, order was sent';
    case 'skipped':
    case 'rejected':
    case 'failed':
    case 'completed':
      return 'None, nothing was filled';
  }
}

function Money({ trace }: { trace: TraceSummary }) {
  return (
    <>
      <h3>Money</h3>
      <dl>
        <Pair name="P&L, net">{pnlOf(trace)}</Pair>
        <Pair name="Fill price">
          {trace.fill_price && <span title={trace.fill_price}>{price(trace.fill_price)}</span>}
        </Pair>
        <Pair name="Slippage">{trace.slippage_bps !== null && `${bps(trace.slippage_bps)} bps`}</Pair>
        <Pair name="Fee">{usd(trace.fee_usd)}</Pair>
        <Pair name="Amount">{usd(trace.amount_usd)}</Pair>
        <Pair name="Order">{trace.order_id && <CopyId id={trace.order_id} what="Order id" />}</Pair>
        <Pair name="Order state">{trace.order_state?.replaceAll('_', ' ')}</Pair>
        <Pair name="Escrow">{trace.escrow_id && <CopyId id={trace.escrow_id} what="Escrow id" />}</Pair>
        <Pair name="Counterparty">{trace.counterparty}</Pair>
      </dl>
    </>
  );
}

/** `+38 ms` after the decision began. */
function offset(trace: TraceSummary, ns: string): string {
  const after = nsBetween(trace.start_ns, ns);
  return after === 0 ? '+0' : `${after > 0 ? '+' : ''}${duration(after)}`;
}

function Stages({ trace }: { trace: TraceSummary }) {
  if (trace.stages.length === 0) return null;
  return (
    <>
      <h3>What happened</h3>
      <ol>
        {trace.stages.map((stage) => (
          <li key={`${stage.start_ns} ${stage.name}`} className={stage.error ? 'bad' : undefined}>
            <span>{offset(trace, stage.start_ns)}</span>
            <span title={stage.name}>{stageWord(stage.name)}</span>
            <span>{duration(stage.duration_ns)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
