/** One row an agent: is it alive, what is open, how today went, what changed; unfolded, everything behind that. */
import { useId } from 'react';
import { Pnl } from '../decisions/DecisionRow';
import { count, plural } from '../format';
import { Icon } from '../icons';
import { AgentIncidents } from '../incidents/AgentIncidents';
import { useLanes } from '../lanes';
import { OutcomeGlyph } from '../outcome';
import { Link } from '../router';
import { ago, full, msOf, type Zone } from '../time';
import { LaneBadge } from '../ui/Lane';
import type { AgentSafety, Change, Fate } from './api';
import { Details } from './Details';
import { AliveLabel } from './glyphs';
import {
  about,
  decisionsOf,
  errorsOf,
  held,
  issuesOf,
  lastCycle,
  openLines,
  positionsLine,
  upkeepWords,
} from './words';
import './agent-rows.css';

/** Rows without content, while the first answer is on its way. */
const EMPTY = [0, 1, 2];
const COLUMNS = 7;

interface Around {
  todayFromNs: string;
  zone: Zone;
  now: number;
}

interface Props {
  agents: AgentSafety[] | null;
  around: Around;
  open: string | null;
  onOpen: (agent: string | null) => void;
}

export function AgentRows({ agents, around, open, onOpen }: Props) {
  return (
    <table className="safe-agents">
      <caption className="sr">Agents</caption>
      <thead>
        <tr>
          <th>Agent</th>
          <th>Alive</th>
          <th>Last sign</th>
          <th>Open</th>
          <th className="num">Net today</th>
          <th className="num">Errors today</th>
          <th>Changed in 24 h</th>
        </tr>
      </thead>
      {agents === null ? (
        <tbody>
          {EMPTY.map((each) => (
            <tr key={each} aria-hidden="true">
              <td colSpan={COLUMNS} />
            </tr>
          ))}
        </tbody>
      ) : (
        agents.map((agent) => (
          <AgentBody
            key={agent.agent}
            agent={agent}
            around={around}
            open={open === agent.agent}
            onToggle={() => onOpen(open === agent.agent ? null : agent.agent)}
          />
        ))
      )}
    </table>
  );
}

interface BodyProps {
  agent: AgentSafety;
  around: Around;
  open: boolean;
  onToggle: () => void;
}

function AgentBody({ agent, around, open, onToggle }: BodyProps) {
  const lane = useLanes()(agent.agent);
  const details = useId();
  const broke = agent.alive === 'ended' && agent.session !== null && agent.session.status !== 'exited';
  return (
    <tbody className={open ? 'open' : undefined}>
      <tr
        onClick={(event) => {
          if (!(event.target as Element).closest('a, button')) onToggle();
        }}
      >
        <td className="s-agent">
          <div>
            <LaneBadge lane={lane} />
            <Link href={decisionsOf(agent.agent)} title={agent.agent}>
              {agent.agent}
            </Link>
          </div>
          <small title={about(agent)}>{about(agent)}</small>
        </td>
        <td className="s-alive" title={agent.reason}>
          <AliveLabel alive={agent.alive} broke={broke} />
          <div>
            <AgentIncidents agent={agent.agent} />
          </div>
          <button
            type="button"
            className="s-unfold"
            aria-expanded={open}
            aria-controls={details}
            aria-label={`Details of ${agent.agent}`}
            onClick={onToggle}
          >
            <Icon name={open ? 'down' : 'right'} small />
            Details
          </button>
        </td>
        <td className="s-signs">
          <div>{lastCycle(agent, around.now)}</div>
          <small>{upkeepWords(agent, around.now)}</small>
        </td>
        <td className="s-open">
          <OpenCell agent={agent} />
        </td>
        <td className="num s-net">
          <div title={agent.today.net_usd}>
            <Pnl value={agent.today.net_usd} />
          </div>
          <small>
            {plural(agent.today.cycles, 'cycle')}, {count(agent.today.traded)} traded
          </small>
        </td>
        <td className="num s-errors">
          <Errors agent={agent} around={around} />
        </td>
        <td className="s-changed">
          <Changed changes={agent.changed} around={around} />
        </td>
      </tr>
      {open && (
        <tr className="s-details" id={details}>
          <td colSpan={COLUMNS}>
            <Details agent={agent} zone={around.zone} now={around.now} />
          </td>
        </tr>
      )}
    </tbody>
  );
}

const FLYING: Partial<Record<Fate, 'unknown' | 'flight'>> = { unknown: 'unknown', in_flight: 'flight' };

function OpenCell({ agent: { open } }: { agent: AgentSafety }) {
  const lines = openLines(open);
  if (lines.length + open.positions.length === 0) return <span className="mut">Nothing open</span>;
  return (
    <>
      {lines.map(({ fate, text, amount, exact }) => (
        <div key={fate} className={FLYING[fate] && `outcome o-${FLYING[fate]}`} title={exact}>
          {FLYING[fate] && <OutcomeGlyph outcome={FLYING[fate]} />}
          <span>
            {text}, {amount}
          </span>
        </div>
      ))}
      {open.positions.length > 0 && (
        <>
          <div>{positionsLine(open.positions)}</div>
          <small>{open.positions.map(held).join(', ')}</small>
        </>
      )}
    </>
  );
}

function Errors({ agent: { agent, today }, around }: { agent: AgentSafety; around: Around }) {
  const { errors, new_issues: fresh, regressed_issues: back } = today;
  return (
    <>
      <div>
        {errors === 0 ? (
          <span className="mut">0</span>
        ) : (
          <Link className="bad" href={errorsOf(agent, around.todayFromNs, around.now)}>
            {count(errors)}
          </Link>
        )}
        <span className="only-s">{errors === 1 ? 'error' : 'errors'}</span>
      </div>
      <small>
        {back.length > 0 && (
          <Link className="bad" href={issuesOf(back)}>
            {count(back.length)} came back
          </Link>
        )}
        {back.length > 0 && fresh.length > 0 && ', '}
        {fresh.length > 0 && <Link href={issuesOf(fresh)}>{plural(fresh.length, 'new issue')}</Link>}
      </small>
    </>
  );
}

/** The newest two; all of them are in the details. */
function Changed({ changes, around: { zone, now } }: { changes: Change[]; around: Around }) {
  if (changes.length === 0) return <span className="mut hide-s">Nothing</span>;
  const [first] = changes;
  const more = changes.length - 1;
  return (
    <>
      <div title={`${first.kind}: ${first.says}`}>{first.says}</div>
      <small title={full(msOf(first.at_ns), zone)}>
        {first.kind}, {ago(msOf(first.at_ns), now)}
        {more > 0 && `, ${count(more)} more`}
      </small>
    </>
  );
}
