/** A version, its package lighter than what tells it apart. */
import { nameParts } from './figures';

export function VersionName({ version }: { version: string }) {
  const [pack, rest] = nameParts(version);
  return (
    <span className="version" title={version}>
      {pack && <span className="version-package">{pack}</span>}
      <b>{rest}</b>
    </span>
  );
}
