/** Parts of a release that the list, its own page and the comparison show alike. */
import { Pnl } from '../decisions/DecisionRow';
import { count, plural } from '../format';
import { useLanes } from '../lanes';
import { full, momentOf, msOf, type Zone } from '../time';
import { LaneBadge } from '../ui/Lane';
import type { Health, Money, ReleaseRow } from './types';
import { crashFree, share } from './figures';

const BADGES = 4;

export function Moment({ ns, now, zone }: { ns: string; now: number; zone: Zone }) {
  const ms = msOf(ns);
  return (
    <time dateTime={new Date(ms).toISOString()} title={full(ms, zone)}>
      {momentOf(ms, now, zone)}
    </time>
  );
}

/** The share of the sessions of the last day, and the word for it once it says something. */
export function Adoption({ release }: { release: Pick<ReleaseRow, 'adoption' | 'adoption_percent'> }) {
  const { adoption, adoption_percent: percent } = release;
  if (percent === null && adoption === null) return null;
  return (
    <span className="adoption">
      <AdoptionBar percent={percent ?? 0} />
      {adoption && adoption !== 'low' && <span className="mut">{adoption}</span>}
    </span>
  );
}

export const AdoptionBar = ({ percent }: { percent: number }) => (
  <span className="adoption-share">
    <span className="adoption-bar" aria-hidden="true">
      <i style={{ width: `${percent}%` }} />
    </span>
    {share(percent)}
  </span>
);

export function CrashFree({ health }: { health: Health }) {
  return (
    <span className="crash-free" title={health.crashed > 0 ? `${plural(health.crashed, 'session')} crashed` : undefined}>
      {health.sessions > 0 ? crashFree(health) : <span className="mut">no sessions</span>}
      {health.sessions > 0 && (
        <span className="mut">
          of {count(health.sessions)}
          <span className="hide-s"> {health.sessions === 1 ? 'session' : 'sessions'}</span>
        </span>
      )}
    </span>
  );
}

export function Agents({ agents }: { agents: readonly string[] }) {
  const laneOf = useLanes();
  if (agents.length === 0) return null;
  return (
    <span className="badges" title={agents.join(', ')}>
      {agents.slice(0, BADGES).map((agent) => (
        <LaneBadge key={agent} lane={laneOf(agent)} />
      ))}
      {agents.length > BADGES && <span className="mut">+{agents.length - BADGES}</span>}
      <span className="sr">{agents.join(', ')}</span>
    </span>
  );
}

/** Net, and nothing where no decision was made that could have earned. */
export function Net({ money }: { money: Money }) {
  if (money.cycles === 0 && Number(money.net_usd) === 0) return null;
  return <Pnl value={money.net_usd} />;
}
