/** A change that was made, confirmed in words. */
import { plural } from '../format';
import type { Change } from './api';

/** `3 issues resolved in the next release` */
export function doneWords(issues: number, change: Change): string {
  return `${plural(issues, 'issue')} ${deed(change)}`;
}

function deed(change: Change): string {
  switch (change.action) {
    case 'resolve':
      if (change.in === 'release') return `resolved in ${change.release}`;
      return change.in === 'now' ? 'resolved' : 'resolved in the next release';
    case 'archive':
      if (change.until === 'condition') return `archived until ${plural(change.events, 'more event', 'more events')}`;
      return change.until === 'forever' ? 'archived forever' : 'archived until escalating';
    case 'unresolve':
      return 'open again';
    case 'assign':
      return change.assignee === null ? 'assigned to nobody' : `assigned to ${change.assignee}`;
  }
}
