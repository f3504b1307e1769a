/** Which agents are alive, earning, stuck: one row each, in the order in which the hub first saw them. */
import { useMemo } from 'react';
import { withSearch } from '../address';
import type { Agent } from '../api/types';
import { Pnl } from '../decisions/DecisionRow';
import { FirstRun } from '../decisions/FirstRun';
import { count, percent } from '../format';
import { AgentIncidents } from '../incidents/AgentIncidents';
import { useLanes } from '../lanes';
import { Link, navigate } from '../router';
import { useAgents } from '../shell/context';
import { TopBar } from '../shell/TopBar';
import { ago, full, msOf } from '../time';
import { HelpDialog, useHelp } from '../ui/HelpDialog';
import { LaneBadge } from '../ui/Lane';
import { EmptyState, ErrorStrip } from '../ui/Notice';
import { Progress } from '../ui/Progress';
import { useNow } from '../ui/useNow';
import './agents.css';

export function AgentsPage() {
  const { agents, error, loadedAt, loading, refresh } = useAgents();
  const now = useNow(1_000);
  const [help, setHelp] = useHelp();
  const inOrder = useMemo(() => agents?.toSorted((a, b) => msOf(a.first_seen_ns) - msOf(b.first_seen_ns)), [agents]);
  return (
    <>
      <Progress active={loading && agents === null} />
      <TopBar
        title="Fleet"
        aside={inOrder && inOrder.length > 0 && <span className="mut">{count(inOrder.length)}</span>}
      />
      {error && agents && <ErrorStrip error={error} loadedAt={loadedAt} onRetry={refresh} />}
      <div className="fleet">
        {inOrder?.length === 0 && <FirstRun />}
        {error && !agents && (
          <EmptyState
            title={error.message}
            action={
              <button type="button" className="btn" onClick={refresh}>
                Retry
              </button>
            }
          >
            {error.hint && <p>{error.hint}</p>}
          </EmptyState>
        )}
        {!(error && !agents) && inOrder?.length !== 0 && (
          <table>
            <thead>
              <tr>
                <th className="f-agent">Agent</th>
                <th className="f-strategy">Strategy</th>
                <th className="f-release">Release</th>
                <th>Last cycle</th>
                <th className="num">Cycles</th>
                <th className="num">Traded</th>
                <th className="num">Errors</th>
                <th className="num">P&amp;L, gross</th>
              </tr>
            </thead>
            <tbody>
              {inOrder?.map((agent) => (
                <AgentRow key={agent.agent} agent={agent} now={now} />
              ))}
            </tbody>
          </table>
        )}
      </div>
      <HelpDialog keys={[]} open={help} onChange={setHelp} />
    </>
  );
}

const decisionsOf = (agent: string, status?: string): string =>
  withSearch('/decisions', new URLSearchParams({ agent, range: '24h', ...(status && { status }) }));

function AgentRow({ agent, now }: { agent: Agent; now: number }) {
  const lane = useLanes()(agent.agent);
  const href = decisionsOf(agent.agent);
  return (
    <tr
      onClick={(event) => {
        if (!(event.target as Element).closest('a')) navigate(href);
      }}
    >
      <td className="f-agent" title={agent.agent}>
        <div>
          <LaneBadge lane={lane} />
          <Link href={href}>{agent.agent}</Link>
          <AgentIncidents agent={agent.agent} />
          <span className="mut hide-s">{[agent.environment, agent.region].filter(Boolean).join(', ')}</span>
        </div>
      </td>
      <td className="f-strategy" title={agent.strategy ?? undefined}>
        {agent.strategy}
      </td>
      <td className="f-release" title={agent.release ?? undefined}>
        {agent.release}
      </td>
      <td className="f-last">
        <LastCycle agent={agent} now={now} />
      </td>
      <td className="num f-cycles">
        {count(agent.cycles)}
        <span className="only-s">{agent.cycles === 1 ? 'cycle' : 'cycles'}</span>
      </td>
      <td className="num f-traded">
        {count(agent.traded)}
        <span className="mut hide-s">{percent(agent.traded, agent.cycles)}</span>
        <span className="only-s">traded</span>
      </td>
      <td className="num f-errors">
        {agent.errors > 0 ? (
          <Link className="bad" href={decisionsOf(agent.agent, 'error')}>
            {count(agent.errors)}
          </Link>
        ) : (
          <span className="mut">0</span>
        )}
        <span className="only-s">{agent.errors === 1 ? 'error' : 'errors'}</span>
      </td>
      <td className="num f-pnl" title={agent.pnl_usd}>
        <Pnl value={agent.pnl_usd} />
      </td>
    </tr>
  );
}

/** Age is the message here: an agent that went quiet is what one looks for. */
function LastCycle({ agent, now }: { agent: Agent; now: number }) {
  const ns = agent.last_cycle_ns;
  if (ns === null) return <span className="mut">none, seen {ago(msOf(agent.last_seen_ns), now)}</span>;
  const ms = msOf(ns);
  return (
    <time dateTime={new Date(ms).toISOString()} title={full(ms, 'utc')}>
      {ago(ms, now)}
    </time>
  );
}
