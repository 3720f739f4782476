// Shows a room in this page, or joins it without a page of its own. Copy it and change what you like: it is all there is to do.

const $ = (selector) => document.querySelector(selector);
const tell = (state) => {
  $('#state').value = JSON.stringify(state);
  for (const button of [$('#mute'), $('#leave')]) button.hidden = state.phase !== 'in';
};

/** The SDK comes from the server of the room, so that both always speak the same language. */
const sdkOf = (link) => import(new URL('/sdk/conclave.js', link).href);

let stop = () => {};

/** A frame: this page learns how it goes, and nothing of what is said or shown. */
const showRoom = async (link) => {
  const { embedRoom } = await sdkOf(link);
  const room = embedRoom($('#room'), link, { displayName: 'Ana at work', title: 'Our meeting', onState: tell });
  $('#mute').onclick = () => room.setMic(false);
  $('#leave').onclick = () => room.leave();
  stop = () => room.close();
};

/** A button for each file of the others, made once: the state changes all the time. */
const offerToSave = (room, files) => {
  for (const { id, name, self } of files) {
    if (self || document.getElementById(id)) continue;
    const button = document.createElement('button');
    Object.assign(button, { id, type: 'button', textContent: `Save ${name}`, onclick: () => room.files.download(id) });
    $('#files').append(button);
  }
};

/** No frame: this page is a member of the room and holds its keys. */
const joinWithoutPage = async (link) => {
  const { joinRoom } = await sdkOf(link);
  const room = await joinRoom(link, { displayName: 'Ana’s robot' });
  const follow = () => {
    const state = room.state.get();
    const chat = state.phase === 'in' ? state.chat.map(({ displayName, text }) => `${displayName}: ${text}`) : [];
    const others = state.phase === 'in' ? state.participants.map(({ displayName }) => displayName) : [];
    const files = state.phase === 'in' ? state.files.entries : [];
    offerToSave(room, files);
    tell({ phase: state.phase, others, chat, files: files.map(({ name, state: { state } }) => `${name}: ${state}`) });
    $('#files').hidden = state.phase !== 'in';
  };
  room.state.subscribe(follow);
  follow();
  room.chat.send('Hello from a page of my own');
  $('#file').onchange = ({ target }) => room.files.offer([...target.files]);
  $('#leave').onclick = () => room.leave();
  stop = () => room.close();
};

$('form').addEventListener('submit', (event) => {
  event.preventDefault();
  stop();
  const link = $('#link').value;
  const begin = event.submitter?.name === 'client' ? joinWithoutPage : showRoom;
  begin(link).catch((error) => tell({ phase: 'failed', cause: error.cause ?? error.message }));
});
