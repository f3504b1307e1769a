/** Before any agent has reported: how to make one do so. */
import { Icon } from '../icons';
import { copy } from '../ui/copy';
import { EmptyState } from '../ui/Notice';
import './first-run.css';

const snippet = (origin: string): string => `import fleaglass

# Sends to ${origin}
agent = fleaglass.init("my-agent", strategy="my-strategy")

with agent.cycle(market="BTC/USD") as cycle:
    cycle.skip("trying_it_out")

agent.shutdown()`;

export function FirstRun() {
  const code = snippet(window.location.origin);
  return (
    <EmptyState title="Waiting for the first cycle">
      <p>
        Run this, or type <span className="mono">fleaglass demo</span> to see three agents trade in a sandbox. This page
        shows the first decision as soon as it is stored.
      </p>
      <div className="snippet">
        <pre className="mono">{code}</pre>
        <button
          type="button"
          className="btn square"
          aria-label="Copy the code"
          title="Copy"
          onClick={() => void copy(code, 'Code')}
        >
          <Icon name="copy" />
        </button>
      </div>
    </EmptyState>
  );
}
