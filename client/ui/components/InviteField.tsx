// A link to share, to copy at once, and the way to all the other ways.
import { Share2 } from 'lucide-preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import { testIds } from '../testIds.ts';
import { Button } from './Button.tsx';
import { CopyField } from './CopyField.tsx';
import { ShareDialog } from './ShareDialog.tsx';

export const InviteField = ({ link }: { link: string }) => {
  const [open, setOpen] = useState(false);
  return (
    <div class="invite-field">
      <CopyField link={link} />
      <Button kind="quiet" icon={Share2} aria-haspopup="dialog" onClick={() => setOpen(true)} testId={testIds.share}>
        {t('share.open')}
      </Button>
      {open && <ShareDialog link={link} onClose={() => setOpen(false)} />}
    </div>
  );
};
