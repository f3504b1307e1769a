/** An address that leads nowhere. */
import { Link } from './router';
import { TopBar } from './shell/TopBar';
import { EmptyState } from './ui/Notice';

export function NotFoundPage() {
  return (
    <>
      <TopBar title="Not found" />
      <EmptyState
        title="There is no page at this address"
        action={
          <Link className="btn" href="/decisions">
            Open Decisions
          </Link>
        }
      >
        <p>
          <span className="mono">{window.location.pathname}</span> may be mistyped, or belong to a newer version of the
          hub.
        </p>
      </EmptyState>
    </>
  );
}
