/** Before any job has checked in: how to make one do so. */
import { EmptyState } from '../ui/Notice';
import { Snippet } from '../ui/Snippet';

const CODE = `# an agent of ours
@agent.monitor("settle-positions", schedule="*/5 * * * *")
def settle() -> None: ...

# any program with sentry_sdk
@sentry_sdk.monitor(
    monitor_slug="settle-positions",
    monitor_config={
        "schedule": {"type": "crontab", "value": "*/5 * * * *"},
    },
)
def settle() -> None: ...`;

export function FirstMonitor() {
  return (
    <EmptyState title="No monitors yet">
      <p>
        A monitor appears with the first check-in of its job. From then on the hub says when a run failed, took too long,
        or never began.
      </p>
      <Snippet code={CODE} />
    </EmptyState>
  );
}
