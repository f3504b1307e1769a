/** What can be done to all the issues that are ticked. */
import { BulkBar } from '../ui/list/BulkBar';
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

export function IssueBulkBar({ issues, busy, onChange, onMerge, onClear }: Props) {
  const releases = [...new Set(issues.flatMap(({ last_release }) => last_release ?? []))];
  return (
    <BulkBar count={issues.length} one="issue" onClear={onClear}>
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
    </BulkBar>
  );
}
