/** Where things happened: all environments, or one. */
import { Icon } from '../icons';
import { Popover } from './Popover';

interface Props {
  environment: string | null;
  /** Those that are known; the chosen one is offered either way. */
  environments: readonly string[];
  onEnvironment: (environment: string | null) => void;
}

export function EnvironmentMenu({ environment, environments, onEnvironment }: Props) {
  const unknown = environment !== null && !environments.includes(environment);
  const choices = [null, ...(unknown ? [environment] : []), ...environments];
  return (
    <Popover
      kind="menu"
      label="Environment"
      className="btn quiet hide-s"
      button={
        <>
          {environment ?? 'All environments'}
          <Icon name="down" />
        </>
      }
    >
      {(close) =>
        choices.map((each) => (
          <button
            key={each ?? ''}
            type="button"
            role="menuitemradio"
            aria-checked={each === environment}
            className="menu-item"
            onClick={() => {
              onEnvironment(each);
              close();
            }}
          >
            {each ?? 'All environments'}
            <span className="grow" />
            {each === environment && <Icon name="check" />}
          </button>
        ))
      }
    </Popover>
  );
}
