/** Floats over the list while rows are ticked: what to do with all of them. */
import type { ReactNode } from 'react';
import { plural } from '../../format';
import { Icon } from '../../icons';
import './bulk.css';

interface Props {
  count: number;
  /** What one of them is: `issue`. */
  one: string;
  onClear: () => void;
  /** The actions. */
  children: ReactNode;
}

export function BulkBar({ count, one, onClear, children }: Props) {
  return (
    <div className="bulk" role="toolbar" aria-label={`With the selected ${one}s`}>
      <b>{plural(count, one)}</b>
      {children}
      <button type="button" className="btn quiet square" aria-label="Clear the selection" onClick={onClear}>
        <Icon name="close" />
      </button>
    </div>
  );
}
