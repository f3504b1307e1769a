/** What the marks of a timeline mean. */
import { BY_WEIGHT, STATUS_WORDS } from './words';

export function Legend() {
  return (
    <ul className="marks-legend" aria-label="Marks">
      {BY_WEIGHT.toReversed().map((status) => (
        <li key={status}>
          <span aria-hidden="true">
            <i className={`mark k-${status}`} />
          </span>
          {STATUS_WORDS[status]}
        </li>
      ))}
    </ul>
  );
}
