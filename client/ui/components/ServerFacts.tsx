// What the server can and cannot do, in plain words: the same on the start page and behind the lock.
import { Eye, EyeOff } from 'lucide-preact';
import { t } from '../i18n/index.ts';

export const ServerFacts = () => (
  <section class="server-facts">
    <div>
      <h3>
        <EyeOff size={18} aria-hidden="true" /> {t('security.cannot')}
      </h3>
      <ul>
        <li>{t('security.cannot.see')}</li>
        <li>{t('security.cannot.names')}</li>
        <li>{t('security.cannot.join')}</li>
      </ul>
    </div>
    <div>
      <h3>
        <Eye size={18} aria-hidden="true" /> {t('security.can')}
      </h3>
      <ul>
        <li>{t('security.can.connected')}</li>
        <li>{t('security.can.sizes')}</li>
        <li>{t('security.can.drop')}</li>
      </ul>
    </div>
    <p class="hint">{t('security.provided')}</p>
  </section>
);
