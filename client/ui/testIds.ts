// The names by which tests find the page's controls; components take them from here, so none can drift.

export const testIds = {
  // Home
  newMeeting: 'new-meeting',
  joinLinkInput: 'join-link-input',
  joinLinkGo: 'join-link-go',
  /** Any message that names a problem: data-fault holds the cause. */
  fault: 'fault',
  explain: 'explain',
  language: 'language',
  theme: 'theme',
  // Protect
  protect: 'protect',
  protectBack: 'protect-back',
  // PreJoin
  preJoin: 'pre-join',
  nameInput: 'name-input',
  join: 'join',
  joinWithoutDevices: 'join-without-devices',
  askDevices: 'ask-devices',
  preview: 'preview',
  micMeter: 'mic-meter',
  joinStep: 'join-step',
  cancelJoin: 'cancel-join',
  peopleInside: 'people-inside',
  lockedNote: 'locked-note',
  /** Readonly input with the link to share; also in the people panel and beside someone who is alone. */
  inviteLink: 'invite-link',
  copyLink: 'copy-link',
  // Meeting
  meeting: 'meeting',
  /** data-state: securing | sealed | resyncing | fenced | split | held */
  lock: 'lock',
  safetyCode: 'safety-code',
  safetyWords: 'safety-words',
  /** data-state: none | compared */
  comparison: 'comparison',
  confirmCode: 'confirm-code',
  forgetComparison: 'forget-comparison',
  /** data-state: split | held */
  splitBanner: 'split-banner',
  acceptSplit: 'accept-split',
  notSending: 'not-sending',
  securityDialog: 'security-dialog',
  securityMember: 'security-member',
  timer: 'timer',
  participantCount: 'participant-count',
  reconnecting: 'reconnecting',
  /** data-peer-id, data-stream (camera | screen), data-state, data-self */
  tile: 'tile',
  /** data-level: 0 … 100, data-peer-id; one on each camera tile */
  level: 'level',
  pageNext: 'page-next',
  pagePrevious: 'page-previous',
  tapToHear: 'tap-to-hear',
  sharingBar: 'sharing-bar',
  stopSharing: 'stop-sharing',
  /** data-state: off | starting | muted | on | failed */
  micToggle: 'mic-toggle',
  cameraToggle: 'camera-toggle',
  screenToggle: 'screen-toggle',
  peopleToggle: 'people-toggle',
  chatToggle: 'chat-toggle',
  more: 'more',
  leave: 'leave',
  peoplePanel: 'people-panel',
  /** data-peer-id, data-self */
  person: 'person',
  /** data-role: host | cohost; inside of a person */
  roleChip: 'role-chip',
  personMenu: 'person-menu',
  cohost: 'cohost',
  removePerson: 'remove-person',
  removeDialog: 'remove-dialog',
  /** data-value: approve | locked | newLink | nothing */
  afterRemoval: 'after-removal',
  confirmRemoval: 'confirm-removal',
  waitingList: 'waiting-list',
  /** data-peer-id */
  knock: 'knock',
  admit: 'admit',
  admitAll: 'admit-all',
  refuse: 'refuse',
  /** data-value: open | approve | locked */
  mode: 'mode',
  /** data-mode */
  modeLine: 'mode-line',
  newLink: 'new-link',
  newLinkDialog: 'new-link-dialog',
  confirmNewLink: 'confirm-new-link',
  chatPanel: 'chat-panel',
  chatInput: 'chat-input',
  chatSend: 'chat-send',
  /** data-self, data-state */
  chatMessage: 'chat-message',
  chatText: 'chat-text',
  chatRetry: 'chat-retry',
  attach: 'attach',
  fileInput: 'file-input',
  fileDrop: 'file-drop',
  /** data-state, data-self */
  fileCard: 'file-card',
  fileBar: 'file-bar',
  filePause: 'file-pause',
  fileResume: 'file-resume',
  fileCancel: 'file-cancel',
  fileRetry: 'file-retry',
  fileSave: 'file-save',
  fileRemove: 'file-remove',
  fileRepick: 'file-repick',
  fileRepickInput: 'file-repick-input',
  shortcutsDialog: 'shortcuts-dialog',
  captions: 'captions',
  embed: 'embed',
  makeCaptions: 'make-captions',
  showCaptions: 'show-captions',
  liveRegion: 'live-region',
  toast: 'toast',
  toastAction: 'toast-action',
  // Ended: data-reason
  ended: 'ended',
  rejoin: 'rejoin',
  goHome: 'go-home',
} as const;
