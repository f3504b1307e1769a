/** Floats over the list while rows are ticked: what to do with all of them. */
import { plural } from '../format';
import { Icon } from '../icons';
import { ActionBar } from './ActionBar';
import type { Change } from './api';
import type { IssueRow } from './shapes';

interface Props {
  issues: readonly IssueRow[];
  busy: boolean;
  onChange: (change: Change) => void;
  onMerge: () => void;
  onClear: () => void;
}

export function BulkBar({ issues, busy, onChange, onMerge, onClear }: Props) {
  const releases = [...new Set(issues.flatMap(({ last_release }) => last_release ?? []))];
  return (
    <div className="bulk" role="toolbar" aria-label="With the selected issues">
      <b>{plural(issues.length, 'issue')}</b>
      <ActionBar
        open={issues.some(({ status }) => status === 'unresolved')}
        closed={issues.some(({ status }) => status !== 'unresolved')}
        releases={releases}
        assignee={null}
        busy={busy}
        onChange={onChange}
      />
      {issues.length > 1 && (
        <button type="button" className="btn" title="They become part of the one with the most events" onClick={onMerge}>
          Merge
        </button>
      )}
      <button type="button" className="btn quiet square" aria-label="Clear the selection" onClick={onClear}>
        <Icon name="close" />
      </button>
    </div>
  );
}
