/** Before the hub knows of any ledger: where it looks, and how there comes to be one. */
import { EmptyState } from '../ui/Notice';
import { Snippet } from '../ui/Snippet';

const CODE = `# ledgers that lie elsewhere, and the public keys that sign them
fleaglass ledger keys list > keys.txt
fleaglass up --ledger /srv/agents/home --ledger-key keys.txt`;

export function FirstLedger({ folders }: { folders: readonly string[] }) {
  return (
    <EmptyState title="No ledgers yet">
      <p>
        An agent writes down every spend before it is sent; its ledger appears with the first.{' '}
        {folders.length > 0 ? 'The hub looks for them in:' : 'The hub was told of no folder to look in.'}
      </p>
      {folders.map((folder) => (
        <p key={folder} className="mono">
          {folder}
        </p>
      ))}
      <Snippet code={CODE} />
    </EmptyState>
  );
}
