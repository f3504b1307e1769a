/** Before any agent has reported: how to make one do so. */
import { EmptyState } from '../ui/Notice';
import { Snippet } from '../ui/Snippet';

const snippet = (origin: string): string => `import fleaglass

# Sends to ${origin}
agent = fleaglass.init("my-agent", strategy="my-strategy")

with agent.cycle(market="BTC/USD") as cycle:
    cycle.skip("trying_it_out")

agent.shutdown()`;

export function FirstRun() {
  return (
    <EmptyState title="Waiting for the first cycle">
      <p>
        Run this, or type <span className="mono">fleaglass demo</span> to see three agents trade in a sandbox. This page
        shows the first decision as soon as it is stored.
      </p>
      <Snippet code={snippet(window.location.origin)} />
    </EmptyState>
  );
}
