/** A value that can be used: filter decisions by it, find it in the trace, copy it. Its exact text and type on top. */
import type { Attribute, Value } from '../api/types';
import { Icon } from '../icons';
import { Link } from '../router';
import { Popover } from '../ui/Popover';
import { copy } from '../ui/copy';
import { filterAddress } from './filterAddress';
import { plainText, shownText, typeWord } from './value';

export interface ValueActions {
  /** Start of the trace: the list is opened over a time that holds it. */
  startNs: string;
  onFind: (text: string) => void;
}

interface Props {
  attribute: Attribute;
  shown: string;
  mono: boolean;
  className?: string;
  actions: ValueActions;
}

export function ValueMenu({ attribute, shown, mono, className = '', actions }: Props) {
  const { key, value } = attribute;
  const exact = plainText(value);
  return (
    <Popover
      kind="menu"
      label={`${key}: ${shown}, ${typeWord(value)}`}
      className={`val ${mono ? 'mono' : ''} ${value.type} ${className}`}
      button={<span className="val-text">{shown}</span>}
    >
      {(close) => (
        <>
          <div className="val-exact">
            <p>
              {key} <span>{typeWord(value)}</span>
            </p>
            <code>{shownText(value)}</code>
          </div>
          {canFilter(value) && (
            <Link className="menu-item" role="menuitem" href={filterAddress(key, exact, actions.startNs)}>
              <Icon name="filter" />
              Decisions with this value
            </Link>
          )}
          <button
            type="button"
            className="menu-item"
            role="menuitem"
            onClick={() => {
              close();
              actions.onFind(findTerm(key, exact));
            }}
          >
            <Icon name="find" />
            Find in this trace
          </button>
          <button
            type="button"
            className="menu-item"
            role="menuitem"
            onClick={() => {
              close();
              void copy(exact, 'Value');
            }}
          >
            <Icon name="copy" />
            Copy value
          </button>
          <button
            type="button"
            className="menu-item"
            role="menuitem"
            onClick={() => {
              close();
              void copy(key, 'Key');
            }}
          >
            <Icon name="copy" />
            Copy key
          </button>
        </>
      )}
    </Popover>
  );
}

/** The hub compares texts, numbers and truth values, and takes no filter of more than a thousand characters. */
const canFilter = (value: Value): boolean =>
  ['string', 'bool', 'int', 'double'].includes(value.type) && plainText(value).length <= 900 && plainText(value) !== '';

/** In the grammar of the find box, in which a key without a dot needs the prefix. */
function findTerm(key: string, value: string): string {
  const quoted = /\s/.test(value) ? `"${value.replaceAll('"', '')}"` : value;
  return `${key.includes('.') ? '' : 'attr:'}${key}:${quoted}`;
}
