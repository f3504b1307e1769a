/** Follow new decisions, or hold the list still. A range with a fixed end has nothing to follow until it is left. */
import { useHub } from '../api/live';
import type { LiveFeed } from './useFeed';
import './live.css';

export function LiveButton({ live, onFollow }: { live: LiveFeed; onFollow: () => void }) {
  const { connection } = useHub();
  const following = live.canFollow && !live.paused;
  const lost = following && connection === 'lost';
  const toggle = (): void => (live.canFollow ? live.setPaused(!live.paused) : onFollow());
  const title = live.canFollow
    ? live.paused
      ? 'Resume'
      : 'Pause'
    : 'This range has ended. Go to the last hour and follow it';
  return (
    <button type="button" className="btn live-button" aria-pressed={following} title={title} onClick={toggle}>
      <span className={lost ? 'live-dot lost' : 'live-dot'} aria-hidden="true" />
      {lost ? 'Reconnecting' : live.canFollow && live.paused ? 'Paused' : 'Live'}
    </button>
  );
}
