// What one can do about a message: on a desk beside the one that is pointed at or focused, by touch behind its own button.
import { Copy, Ellipsis, Pencil, Reply, SmilePlus, Trash2 } from 'lucide-preact';
import type { JSX } from 'preact';
import type { ChatEntry } from '#core';
import { IconButton } from '../../../components/Button.tsx';
import { Menu, type MenuItem } from '../../../components/Menu.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { nameOf } from '../words.ts';

interface ToolsProps {
  model: MeetingModel;
  entry: ChatEntry;
  active: boolean;
}

/** The focus makes it the active one. */
const takeUp = (event: JSX.TargetedMouseEvent<HTMLButtonElement>): void =>
  event.currentTarget.closest<HTMLElement>('[data-key]')?.focus();

/** The menus of thousands would be a page of their own: all but the active one show that there is one, on touch screens. */
export const MessageTools = ({ model, entry, active }: ToolsProps) => {
  const label = t('chat.actions', { name: nameOf(entry.displayName) });
  if (!active) {
    return (
      <button type="button" class="message-dots" aria-label={label} tabIndex={-1} onClick={takeUp}>
        <Ellipsis size={18} aria-hidden="true" />
      </button>
    );
  }
  const react = (): void => {
    model.chats.picking.value = entry.id;
  };
  return (
    <div class="message-tools" role="group" aria-label={label}>
      {entry.state === 'sent' && (
        <>
          <IconButton small icon={SmilePlus} label={t('chat.react')} onClick={react} testId={testIds.chatReact} />
          <IconButton
            small
            icon={Reply}
            label={t('chat.reply')}
            onClick={() => model.chats.reply(entry.id)}
            testId={testIds.chatReply}
          />
        </>
      )}
      <Menu
        label={label}
        class="icon-button small"
        groups={[{ items: itemsOf(model, entry) }]}
        testId={testIds.chatMore}
      >
        <Ellipsis size={18} aria-hidden="true" />
      </Menu>
    </div>
  );
};

const itemsOf = ({ chats }: MeetingModel, entry: ChatEntry): MenuItem[] => {
  const copy = { label: t('chat.copy'), icon: Copy, onSelect: () => void chats.copy(entry.text) };
  if (!entry.changeable) return [copy];
  const edit = { label: t('chat.edit'), icon: Pencil, onSelect: () => chats.edit(entry.id), testId: testIds.chatEdit };
  const remove = {
    label: t('chat.delete'),
    icon: Trash2,
    onSelect: () => chats.delete(entry.id),
    testId: testIds.chatDelete,
  };
  return [edit, copy, remove];
};
