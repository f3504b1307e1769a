/** What stands in place of releases: none yet and how to make one, or none that match. */
import { EmptyState } from '../ui/Notice';
import { Snippet } from '../ui/Snippet';

const snippet = (origin: string): string => `export SENTRY_URL=${origin} SENTRY_AUTH_TOKEN=any
export SENTRY_ORG=me SENTRY_PROJECT=agents

fleaglass release new my-agent@1.0.0
fleaglass release commits my-agent@1.0.0
fleaglass release deploy my-agent@1.0.0 -e production
fleaglass release healthy my-agent@1.0.0`;

export function NoReleases() {
  return (
    <EmptyState title="No releases yet">
      <p>
        A release appears as soon as an agent sends an error, a session or a span that names it. To tell of one before, with
        its commits and deploys, run this where it is built; <span className="mono">sentry-cli</span> does the same with
        these variables.
      </p>
      <Snippet code={snippet(window.location.origin)} />
    </EmptyState>
  );
}

export function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      title="No release matches"
      action={
        <button type="button" className="btn" onClick={onClear}>
          Remove all filters
        </button>
      }
    >
      <p>Archived releases are only shown when asked for.</p>
    </EmptyState>
  );
}
