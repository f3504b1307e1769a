/** Over a list whose rows are held still: how many wait, and the way to let them in. */
import { Icon } from '../../icons';
import './new-rows.css';

interface Props {
  count: number;
  /** There are more than are known of. */
  more?: boolean;
  onShow: () => void;
}

export function NewRows({ count, more = false, onShow }: Props) {
  return (
    <button type="button" className="new-rows" onClick={onShow}>
      <Icon name="up" small />
      {count}
      {more && '+'} new
    </button>
  );
}
