/** Code to run elsewhere, with a button that copies it. */
import { Icon } from '../icons';
import { copy } from './copy';
import './snippet.css';

export function Snippet({ code }: { code: string }) {
  return (
    <div className="snippet">
      <pre className="mono">{code}</pre>
      <button
        type="button"
        className="btn square"
        aria-label="Copy the code"
        title="Copy"
        onClick={() => void copy(code, 'Code')}
      >
        <Icon name="copy" />
      </button>
    </div>
  );
}
