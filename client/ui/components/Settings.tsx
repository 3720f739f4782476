// The language and colour switches outside a room.
import { Languages, SunMoon } from 'lucide-preact';
import { language, LANGUAGES, setLanguage, t, type Language } from '../i18n/index.ts';
import { testIds } from '../testIds.ts';
import { setTheme, theme, THEMES, type Theme } from '../theme.ts';
import { Menu, type MenuGroup } from './Menu.tsx';

const themeLabel = (choice: Theme): string => t(`theme.${choice}`);

export const languageGroup = (): MenuGroup => ({
  title: t('more.language'),
  items: (Object.keys(LANGUAGES) as Language[]).map((code) => ({
    label: LANGUAGES[code],
    checked: language.value === code,
    radio: true,
    onSelect: () => setLanguage(code),
  })),
});

export const themeGroup = (): MenuGroup => ({
  title: t('more.theme'),
  items: THEMES.map((choice) => ({
    label: themeLabel(choice),
    checked: theme.value === choice,
    radio: true,
    onSelect: () => setTheme(choice),
  })),
});

export const Settings = () => (
  <div class="settings">
    <Menu label={t('more.language')} class="icon-button" groups={[languageGroup()]} testId={testIds.language}>
      <Languages size={20} aria-hidden="true" />
    </Menu>
    <Menu label={t('more.theme')} class="icon-button" groups={[themeGroup()]} testId={testIds.theme}>
      <SunMoon size={20} aria-hidden="true" />
    </Menu>
  </div>
);
