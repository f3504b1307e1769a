/** Over a list whose rows are held still: how many wait, and the way to let them in. */
import { Icon } from '../../icons';
import './new-rows.css';

export function NewRows({ count, onShow }: { count: number; onShow: () => void }) {
  return (
    <button type="button" className="new-rows" onClick={onShow}>
      <Icon name="up" small />
      {count} new
    </button>
  );
}
