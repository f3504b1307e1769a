/** A button of the top bar that copies the address of what is seen. */
import { Icon } from '../icons';
import { currentAddress } from '../router';
import { copy } from './copy';

export const copyLink = (): void => void copy(currentAddress(), 'Link');

export function CopyLink({ className = 'btn square' }: { className?: string }) {
  return (
    <button type="button" className={className} onClick={copyLink} aria-label="Copy link" title="Copy link (y)">
      <Icon name="link" />
    </button>
  );
}
