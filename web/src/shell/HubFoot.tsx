/** At the foot of the navigation: is the hub there, what does it take in, what was lost. Leads to whom it turned away. */
import { useHub, type HubState } from '../api/live';
import { count, rate } from '../format';
import { Link } from '../router';
import { ago } from '../time';
import { useNow } from '../ui/useNow';

/** Says "healthy" only when the hub was just heard and has lost nothing. */
function headline(hub: HubState): string {
  if (hub.connection === 'connecting') return 'Connecting to the hub';
  if (hub.connection === 'lost') return 'Hub not answering';
  return hub.rejected + hub.dropped > 0 ? 'Hub answering' : 'Hub healthy';
}

export function HubFoot({ compact }: { compact: boolean }) {
  const hub = useHub();
  const now = useNow(5_000);
  const lines = details(hub, now);
  if (compact) {
    const tip = [headline(hub), ...lines].join(' · ');
    return (
      <Link className="hub compact tipped" href="/hub" data-tip={tip} aria-label={tip}>
        <span className={`hub-dot ${hub.connection}`} />
      </Link>
    );
  }
  return (
    <Link className="hub" href="/hub">
      <b>
        <span className={`hub-dot ${hub.connection}`} aria-hidden="true" />
        {headline(hub)}
      </b>
      {lines.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </Link>
  );
}

function details(hub: HubState, now: number): string[] {
  if (hub.connection === 'connecting') return [];
  if (hub.connection === 'lost')
    return hub.heardAt === null ? ['Never heard on this page'] : [`Last heard ${ago(hub.heardAt, now)}`];
  const spans = hub.spansPerSecond === null ? [] : [`${rate(hub.spansPerSecond)} spans/s`];
  return [...spans, `${count(hub.rejected)} rejected, ${count(hub.dropped)} dropped`];
}
