// The admin page: the token first, then the server as it sees itself.
import { LogOut } from 'lucide-preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../../components/Button.tsx';
import { Wordmark } from '../../components/Mark.tsx';
import { Problem } from '../../components/Problem.tsx';
import { Settings } from '../../components/Settings.tsx';
import { useTitle } from '../../components/useTitle.ts';
import { tAdmin } from '../../i18n/adminWords.ts';
import { language } from '../../i18n/index.ts';
import { testIds } from '../../testIds.ts';
import type { AdminFault, AdminModel } from './AdminModel.ts';
import { AdminReport } from './AdminReport.tsx';

export const AdminApp = ({ model }: { model: AdminModel }) => {
  const state = model.state.value;
  const spoken = language.value;
  useTitle(tAdmin('admin.title'));
  // With the words, not a frame later: a screen reader picks its voice by it.
  useLayoutEffect(() => {
    document.documentElement.lang = spoken;
  }, [spoken]);
  return (
    <div class="admin" data-testid={testIds.admin} data-state={state.phase}>
      <header class="home-head">
        <Wordmark />
        <Settings />
      </header>
      <main class="admin-main">
        <div class="admin-title">
          <h1>{tAdmin('admin.title')}</h1>
          {state.phase === 'shown' && (
            <Button icon={LogOut} onClick={model.signOut} testId={testIds.adminSignOut}>
              {tAdmin('admin.signOut')}
            </Button>
          )}
        </div>
        {state.phase === 'asking' && <TokenForm fault={state.fault} onToken={model.signIn} />}
        {state.phase === 'opening' && <p role="status">{tAdmin('admin.opening')}</p>}
        {state.phase === 'shown' && <AdminReport shown={state} history={model.history.value} />}
      </main>
    </div>
  );
};

const TokenForm = ({ fault, onToken }: { fault: AdminFault | null; onToken: (token: string) => void }) => {
  const [token, setToken] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => input.current?.focus(), []);
  return (
    <form
      class="admin-door"
      onSubmit={(event) => {
        event.preventDefault();
        onToken(token);
      }}
    >
      <p>{tAdmin('admin.intro')}</p>
      <label for="admin-token">{tAdmin('admin.token')}</label>
      <input
        id="admin-token"
        ref={input}
        class="input"
        type="password"
        autocomplete="off"
        spellcheck={false}
        value={token}
        aria-describedby="admin-token-hint"
        aria-invalid={fault === 'refused'}
        onInput={(event) => setToken(event.currentTarget.value)}
        data-testid={testIds.adminToken}
      />
      <p id="admin-token-hint" class="hint">
        {tAdmin('admin.tokenHint')}
      </p>
      {fault !== null && <Problem fault={fault}>{tAdmin(`admin.fault.${fault}`)}</Problem>}
      <Button kind="primary" type="submit" testId={testIds.adminOpen}>
        {tAdmin('admin.open')}
      </Button>
    </form>
  );
};
