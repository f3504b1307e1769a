/** Light, dark, or as the system has it. Belongs to the person, so it is not part of a link. */
import { Icon, type IconName } from '../icons';
import { setPreference, usePreferences, type ThemeChoice } from '../preferences';

const CHOICES: { theme: ThemeChoice; icon: IconName; word: string }[] = [
  { theme: 'system', icon: 'system', word: 'System' },
  { theme: 'light', icon: 'sun', word: 'Light' },
  { theme: 'dark', icon: 'moon', word: 'Dark' },
];

export function ThemeSwitch({ compact }: { compact: boolean }) {
  const { theme } = usePreferences();
  if (compact) {
    const index = CHOICES.findIndex((choice) => choice.theme === theme);
    const tip = `${CHOICES[index].word} theme`;
    const next = CHOICES[(index + 1) % CHOICES.length];
    return (
      <button
        type="button"
        className="theme-one tipped"
        data-tip={tip}
        aria-label={`${tip}. Change to ${next.word.toLowerCase()}`}
        onClick={() => setPreference({ theme: next.theme })}
      >
        <Icon name={CHOICES[index].icon} />
      </button>
    );
  }
  return (
    <div className="theme" role="group" aria-label="Theme">
      {CHOICES.map((choice) => (
        <button
          key={choice.theme}
          type="button"
          aria-pressed={choice.theme === theme}
          aria-label={`${choice.word} theme`}
          title={`${choice.word} theme`}
          onClick={() => setPreference({ theme: choice.theme })}
        >
          <Icon name={choice.icon} />
        </button>
      ))}
    </div>
  );
}
