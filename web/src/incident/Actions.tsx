/** What a person does about an open incident: look after it, have nobody told of it for a while, or call it over. */
import { Icon } from '../icons';
import { acknowledge, mute, MUTES, resolve, unmute, type MuteSpan } from '../incidents/api';
import type { Incident } from '../incidents/shapes';
import { useDeeds } from '../ui/useDeeds';
import { Popover } from '../ui/Popover';

const MUTE_WORDS: Record<MuteSpan, string> = { '1h': 'For 1 hour', '8h': 'For 8 hours', resolved: 'Until it is resolved' };
const MUTED_WORDS: Record<MuteSpan, string> = {
  '1h': 'Muted for 1 hour',
  '8h': 'Muted for 8 hours',
  resolved: 'Muted until it is resolved',
};

export function Actions({ incident, onChanged }: { incident: Incident; onChanged: () => void }) {
  const [busy, act] = useDeeds(onChanged);
  if (incident.status === 'resolved') return null;
  return (
    <div className="inc-actions">
      {incident.acknowledged_ns === null && (
        <button
          type="button"
          className="btn"
          disabled={busy}
          title="Say that you look after it: it is not repeated"
          onClick={() => act(acknowledge([incident.id]), 'Incident acknowledged')}
        >
          Acknowledge
        </button>
      )}
      {incident.muted ? (
        <button type="button" className="btn" disabled={busy} onClick={() => act(unmute(incident.id), 'Incident unmuted')}>
          Unmute
        </button>
      ) : (
        <Popover
          label="Tell nobody of it"
          kind="menu"
          button={
            <>
              Mute
              <Icon name="down" small />
            </>
          }
        >
          {(close) =>
            MUTES.map((span) => (
              <button
                key={span}
                type="button"
                className="menu-item"
                role="menuitem"
                onClick={() => (act(mute(incident.id, span), MUTED_WORDS[span]), close())}
              >
                {MUTE_WORDS[span]}
              </button>
            ))
          }
        </Popover>
      )}
      <button
        type="button"
        className="btn"
        disabled={busy}
        title="Say that it is over: its rule is quiet until it was good once"
        onClick={() => act(resolve(incident.id), 'Incident resolved')}
      >
        Resolve
      </button>
    </div>
  );
}
