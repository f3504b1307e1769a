/** What a client sent in a form of its own: rows of name and value. */
import { Icon } from '../icons';
import { copy } from '../ui/copy';
import { leavesOf, type Leaf } from './tree';
import './json.css';

interface Props {
  title: string;
  value: Readonly<Record<string, unknown>>;
  /** Shut at first: of little interest as a rule. */
  folded?: boolean;
}

export function Json({ title, value, folded = false }: Props) {
  return (
    <section className="json">
      <details open={!folded}>
        <summary>
          <Icon name="right" small />
          <h3>{title}</h3>
          <button
            type="button"
            className="btn quiet square"
            aria-label={`Copy ${title} as JSON`}
            title="Copy as JSON"
            onClick={() => void copy(JSON.stringify(value, null, 2), title)}
          >
            <Icon name="copy" />
          </button>
        </summary>
        <dl className="pairs">
          {leavesOf(value).map((leaf, index) => (
            <LeafRow key={index} leaf={leaf} />
          ))}
        </dl>
      </details>
    </section>
  );
}

function LeafRow({ leaf: { key, depth, value } }: { leaf: Leaf }) {
  return (
    <div className={value === null ? 'heading' : undefined}>
      <dt style={{ paddingLeft: depth * 14 }}>{key}</dt>
      {value !== null && <dd className="mono">{value}</dd>}
    </div>
  );
}
