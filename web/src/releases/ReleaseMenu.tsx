/** One of the two releases that are compared, and a menu of the others. */
import { Icon } from '../icons';
import { Popover } from '../ui/Popover';
import { VersionName } from './VersionName';

interface Props {
  label: string;
  version: string;
  versions: readonly string[];
  onVersion: (version: string) => void;
}

export function ReleaseMenu({ label, version, versions, onVersion }: Props) {
  const choices = versions.includes(version) ? versions : [version, ...versions];
  return (
    <Popover
      kind="menu"
      align="start"
      label={label}
      button={
        <>
          <VersionName version={version} />
          <Icon name="down" />
        </>
      }
    >
      {(close) =>
        choices.map((each) => (
          <button
            key={each}
            type="button"
            role="menuitemradio"
            aria-checked={each === version}
            className="menu-item"
            onClick={() => {
              onVersion(each);
              close();
            }}
          >
            <VersionName version={each} />
            <span className="grow" />
            {each === version && <Icon name="check" />}
          </button>
        ))
      }
    </Popover>
  );
}
