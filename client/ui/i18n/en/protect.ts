// The words in English of the page that says what is protected and what is not; THREATS.md has the same claims.
import { message } from '../message.ts';

export const protect = {
  'protect.title': 'What Conclave can and cannot protect',
  'protect.claim':
    'Picture, sound, screen, chat and files are end-to-end encrypted: the server relays them without the keys – if the page you loaded is the published one, the link has not leaked, and you recognise everyone in the list.',
  'protect.back': 'To the start page',

  'protect.sealed': 'What is sealed',
  'protect.sealed.media': 'What you show and say: your picture, your voice, your screen.',
  'protect.sealed.chat':
    'What you write in the chat, the files you send with their names, and the names you give yourselves.',
  'protect.sealed.how':
    'Your browser locks it before it leaves, and only the browsers of those in the room can open it. There is no switch to turn this off.',

  'protect.if': 'This holds if',
  'protect.if.page': 'the page you loaded is the published one.',
  'protect.if.pageText':
    'The page comes from the server. A server that sends you a changed page can see and hear everything. Below is how to check what yours sends.',
  'protect.if.link': 'the link has not leaked.',
  'protect.if.linkText':
    'Whoever has the link can come in. Send it as you would hand over a key: only to those who are to have it, and not where others read along.',
  'protect.if.list': 'you recognise everyone in the list.',
  'protect.if.listText':
    'The list shows every device that holds the keys, and nobody else is ever shown. But names are chosen freely and prove nothing: look at each other, listen, and compare the safety code.',

  'protect.sees': 'What the server still sees',
  'protect.sees.who': 'Who is connected and when: the address of each device, not its name.',
  'protect.sees.sizes': 'How much is sent and at which moments.',
  'protect.sees.speaks': 'Who is speaking, by how loud the sound is; not what is said.',

  'protect.events': 'Events that many watch',
  'protect.events.public':
    'What is on air is sealed for those who hold the watch link. A public link is public: whoever has it can watch, and keep what they saw.',
  'protect.events.signed':
    'It is also signed on the speaker’s own device. The watch page checks that all along, says whose it is, and shows nothing that is not theirs. So neither the server nor anybody else with the link can speak in a speaker’s place. The same holds for captions, where the speaker’s device makes them.',
  'protect.events.backstage':
    'What is backstage stays with the people in the room. No watch link opens it, whatever else the server gives away.',
  'protect.events.machines':
    'A machine with a feed link, in a hall or for a broadcast, holds the room’s keys like anybody in it, and stands in the list.',
  'protect.events.late':
    'The server can hold an event back, or play an earlier stretch of it to somebody who has only just come.',

  'protect.can': 'What the server can do',
  'protect.can.drop': 'Drop what is sent, or refuse to let somebody in.',
  'protect.can.delay': 'Delay what is sent.',
  'protect.can.split':
    'Split a room: show its people two different rooms. Where the two halves still hear of each other, both show an alarm and stop sending. A server that cuts them off from each other wholly shows each half the other as people who fell silent.',

  'protect.not': 'What we do not claim',
  'protect.not.audited': 'That it was audited. Nobody from outside has examined it yet.',
  'protect.not.quantum':
    'That it is safe from quantum computers. Whoever records what is sent today might open it with one some day.',
  'protect.not.anonymous': 'That you are anonymous. The server sees your address, the others see and hear you.',
  'protect.not.unnoticed':
    'That nobody can join unnoticed. Whoever comes in is announced and stands in the list; somebody has to look.',

  'protect.not.unrecorded':
    'That nobody records. Conclave tells everybody of a recording made with it, before it begins; of other programs and cameras it knows nothing, and nobody can be kept from using one.',

  'protect.check': 'How to check',
  'protect.check.code': 'Each other',
  'protect.check.codeText':
    'In a room, press the lock at the top and read the safety code to each other. If all see the same, you are in one room and nobody stands in between.',
  'protect.check.build': 'The page',
  'protect.check.buildText':
    'Someone who knows a terminal can do this for you. Get the published source of Conclave, on another computer if you can, and run there:',
  'protect.check.buildResult':
    'It builds the page anew, fetches every file from this server, and names each difference, down to the byte. It shows what was sent just then: a server that means to can send somebody else another page.',
  'protect.check.list': 'The server’s own list of its files',

  'protect.report': 'If you find a hole',
  'protect.report.text':
    'Please tell us before you tell others: what you did, what you saw, and which version (the list of files names it).',
  'protect.report.link': 'How to report it',
  'protect.version': message<{ origin: string }>('This page was sent to you by {origin}.'),
} as const;
