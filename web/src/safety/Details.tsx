/** Everything behind one agent's row, each with the trace that tells of it. */
import type { ReactNode } from 'react';
import { price, quantity, shortId, usd } from '../format';
import { OutcomeGlyph } from '../outcome';
import { Link } from '../router';
import { ago, full, momentOf, msOf, type Zone } from '../time';
import type { AgentSafety, CheckIn } from './api';
import { fateWord, sessionWords } from './words';

interface Props {
  agent: AgentSafety;
  zone: Zone;
  now: number;
}

export function Details({ agent, zone, now }: Props) {
  const { open, session, check_ins, changed } = agent;
  const moment = (ns: string): ReactNode => <Moment ns={ns} zone={zone} now={now} />;
  return (
    <div className="s-parts">
      <p>
        {agent.reason}
        {agent.last_heard_ns !== null && `. Last heard ${ago(msOf(agent.last_heard_ns), now)}.`}
      </p>
      <Part title="Orders and escrows" none="None is open.">
        {open.things.map((thing) => (
          <li key={`${thing.trace_id} ${thing.id ?? ''} ${thing.since_ns}`}>
            <Link href={`/traces/${thing.trace_id}`}>
              {thing.fate === 'unknown' && <OutcomeGlyph outcome="unknown" />}
              {thing.fate === 'in_flight' && <OutcomeGlyph outcome="flight" />}
              {thing.kind === 'order' ? 'Order' : 'Escrow'} {thing.id && <span className="mono">{shortId(thing.id, 6)}</span>}{' '}
              {fateWord(thing.fate)}
            </Link>
            <span className="num" title={thing.usd ?? undefined}>
              {thing.usd === null ? 'amount unknown' : usd(thing.usd)}
            </span>
            {moment(thing.since_ns)}
          </li>
        ))}
      </Part>
      <Part title="Positions, by the fills of 30 days" none="Buys and sells even out.">
        {open.positions.map((position) => (
          <li key={position.asset}>
            <Link href={`/traces/${position.trace_id}`}>
              {quantity(position.quantity)} {position.asset}
              {position.price_usd !== null && <span className="mut"> at {price(position.price_usd)}</span>}
            </Link>
            <span className="num" title={position.value_usd ?? undefined}>
              {position.value_usd === null ? 'value unknown' : usd(position.value_usd)}
            </span>
            {moment(position.since_ns)}
          </li>
        ))}
      </Part>
      <Part title="Session and check-ins" none="Neither is known.">
        {session && (
          <li>
            <span>
              {sessionWords(session, now)}
              {session.inferred && <span className="mut"> (concluded: nothing was heard)</span>}
            </span>
            <span className="num">{session.errors > 0 && `${session.errors} errors`}</span>
            {moment(session.started_ns)}
          </li>
        )}
        {check_ins.map((each) => (
          <li key={`${each.slug} ${each.environment}`}>
            <span>
              {each.slug} <span className="mut">{each.environment}</span>
            </span>
            <span className={each.status === 'error' && !each.muted ? 'num s-gone' : 'num'}>{checkInState(each)}</span>
            {each.last_ns === null ? <span className="mut">never</span> : moment(each.last_ns)}
          </li>
        ))}
      </Part>
      <Part title="Changed in 24 h" none="Nothing.">
        {changed.map((change) => (
          <li key={`${change.at_ns} ${change.says}`}>
            {change.trace_id === null ? (
              <span>{change.says}</span>
            ) : (
              <Link href={`/traces/${change.trace_id}`}>{change.says}</Link>
            )}
            <span className="num mut">{change.kind}</span>
            {moment(change.at_ns)}
          </li>
        ))}
      </Part>
    </div>
  );
}

const STATES: Record<CheckIn['status'], string> = { active: 'nothing yet', ok: 'ok', error: 'failed' };
const checkInState = ({ status, muted }: CheckIn): string => STATES[status] + (muted ? ', muted' : '');

function Part({ title, none, children }: { title: string; none: string; children: ReactNode }) {
  const empty = Array.isArray(children) && children.flat().every((each) => !each);
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {empty ? <p className="mut">{none}</p> : <ul>{children}</ul>}
    </section>
  );
}

function Moment({ ns, zone, now }: { ns: string; zone: Zone; now: number }) {
  const ms = msOf(ns);
  return (
    <time className="mut" dateTime={new Date(ms).toISOString()} title={full(ms, zone)}>
      {momentOf(ms, now, zone)}
    </time>
  );
}
