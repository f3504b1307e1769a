/** An agent's colour: a swatch beside its name in lists, a lettered badge where lanes are drawn. */
import { useLanes, type Lane } from '../lanes';

export function LaneBadge({ lane }: { lane: Lane }) {
  return (
    <span className={`badge ${lane.className}`} aria-hidden="true">
      {lane.letter}
    </span>
  );
}

export function AgentName({ agent }: { agent: string }) {
  const lane = useLanes()(agent);
  return (
    <span className="agent">
      <span className={`lane ${lane.className}`} aria-hidden="true" />
      <span className="agent-name">{agent}</span>
    </span>
  );
}
