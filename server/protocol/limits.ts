// Every size, rate and count that the wire enforces, each with what more or less of it costs.

/** Largest socket message in bytes: a Welcome with its tree for 250 members is 120 KB; more only feeds floods. */
export const MAX_MESSAGE_BYTES = 512 * 1024;
/** Largest HTTP JSON body in bytes: the longest honest one is a host token of about 600. */
export const MAX_HTTP_BODY_BYTES = 8 * 1024;

/** Bytes of one MLS commit: 20 KB for a batch of 50 joins, with room for a blank tree at 250. */
export const MAX_COMMIT_BYTES = 128 * 1024;
/** Bytes of one MLS Welcome: the ratchet tree of 250 members is about 120 KB. */
export const MAX_WELCOME_BYTES = 256 * 1024;
/** Bytes of one sealed key package: 420, with the longest display name 860. Every member hears up to a queue of them. */
export const MAX_KEY_PACKAGE_BYTES = 2 * 1024;
/** Bytes of one MLS application message (chat and the like); larger things are files. */
export const MAX_GROUP_MESSAGE_BYTES = 64 * 1024;
/** Bytes of one heartbeat: 104 in this version of the group's protocol. */
export const MAX_HEARTBEAT_BYTES = 512;
/** Members that one commit may add or remove (policy rule 5 of the group). */
export const MAX_COMMIT_CHANGES = 50;

/** Peers in one Room; MLS costs grow past 100 and joins are slow past 250. */
export const MAX_PEERS_PER_ROOM = 250;
/**
 * Viewers of one Room: each costs 70 KB here (a socket, two Consumers), 80 KB in a Worker, and there a copy of every packet on air. More
 * is a matter of more machines.
 */
export const MAX_VIEWERS_PER_ROOM = 5_000;
/** Bytes of the sealed roster: 32 people with the longest names and titles are 40 KB. Each viewer is sent it, whenever it changes. */
export const MAX_STAGE_ROSTER_BYTES = 64 * 1024;
/** Bytes of the sealed program: a logo of 40 KB stands in it. Each viewer is sent it, whenever it changes. */
export const MAX_STAGE_PROGRAM_BYTES = 64 * 1024;
/** Bytes of one wrapped stage key: 44 in this version. */
export const MAX_STAGE_KEYS_BYTES = 128;
/** Keys of a former epoch or group are kept this long for viewers who come: frames sealed with them may be under way. */
export const STAGE_KEYS_PAST_MS = 60_000;
/** Characters of one caption: 160 UTF-16 units of three bytes each, signed and sealed, are 799. */
export const MAX_STAGE_CAPTION_CHARS = 1_000;
/** Producers on air at once: nine places of four streams, and some that are just replaced. Each is a Consumer of every viewer. */
export const MAX_ON_AIR_PRODUCERS = 40;
/** How often everybody is told how many viewers there are, at most: it is one message for each of them. */
export const AUDIENCE_COUNT_MS = 2_000;

/** Feed tickets of one Room: each is a device that holds the group's keys, which more than a few people cannot keep an eye on. */
export const MAX_FEEDS_PER_ROOM = 32;
/** Bytes of the sealed name of a feed; 32 of the longest fit into one answer. */
export const MAX_FEED_LABEL_BYTES = 1024;

/** Rooms on one server before creation answers `capacity`: a room that nobody is in weighs about 1 KB, and what was published in it. */
export const MAX_ROOMS = 20_000;
/** Ids of Rooms that were ended and that nobody can take again, about 100 B each; past it the oldest is free. */
export const MAX_ENDED_ROOMS = 20_000;
/** A Room in which nobody was for this long is forgotten, its links with it. */
export const ROOM_IDLE_TTL_MS = 24 * 60 * 60 * 1000;

/** A node that was not heard of for this long holds no Room any more; shorter takes Rooms from one that is only slow. */
export const NODE_LEASE_MS = 15_000;
/**
 * An access token that expired this long ago still shows who comes back: clients try for ten minutes, and those that slept longer are
 * no worse off as somebody new.
 */
export const FORMER_TOKEN_MS = 60 * 60 * 1000;
/** Whoever is told `draining` asks again after this at the latest: the next server may be there before the deadline of this one. */
export const DRAINING_RETRY_MS = 10_000;

/** Consumers named in one request. */
export const MAX_CONSUMERS_PER_REQUEST = 1_000;
/**
 * Microphones that are forwarded at once, of those that are on: more cost every client 50 packets a second and a decoder each, fewer
 * cut into a lively talk.
 */
export const HEARD_MICROPHONES = 8;
/** Serialised size of rtpCapabilities/rtpParameters/dtlsParameters, in JSON characters. */
export const MAX_RTP_JSON_CHARS = 48 * 1024;
/** Characters of the URL of one STUN or TURN server: the longest name of a host, a port and a transport. */
export const MAX_ICE_URL_CHARS = 300;

/** Requests of one Connection: a burst for a join, then a steady rate that no honest client reaches. */
export const REQUESTS_PER_CONNECTION = { points: 240, perSeconds: 10 } as const;
/** Packets of one transport, of whatever kind: all its requests with all their binary values, its pongs, and a WebSocket's own pings. */
export const PACKETS_PER_CONNECTION = { points: 3_000, perSeconds: 10 } as const;
/** Handshakes on one transport: a client whose token was refused gets another one and asks again on the same. */
export const MAX_HANDSHAKES_PER_CONNECTION = 8;
/** Bad messages (unknown, malformed, oversized) before a Connection is closed. */
export const MAX_BAD_MESSAGES = 20;
/** New Connections of one address; a whole office may share one. */
export const CONNECTIONS_PER_ADDRESS = { points: 300, perSeconds: 60 } as const;
/** Concurrent Connections of one address. */
export const MAX_OPEN_CONNECTIONS_PER_ADDRESS = 500;
/** TCP sockets of one address, whatever is said on them; a browser keeps six and a page keeps one. */
export const MAX_SOCKETS_PER_ADDRESS = 2_000;
/** HTTP calls to the API of one address. */
export const HTTP_CALLS_PER_ADDRESS = { points: 600, perSeconds: 60 } as const;
/** Rooms made by one address. */
export const ROOMS_PER_ADDRESS = { points: 60, perSeconds: 60 } as const;
/** The same in a day: an empty Room stays for a day, and one address must not take the places of everybody. */
export const ROOMS_PER_ADDRESS_AND_DAY = { points: 1_000, perSeconds: 24 * 60 * 60 } as const;
/** Failed admission proofs of one address; each costs a guess among 2^192. */
export const BAD_PROOFS_PER_ADDRESS = { points: 60, perSeconds: 60 } as const;
/** Wrong admin tokens of one address; a person mistypes a few times, and each is a guess among 2^128. */
export const BAD_ADMIN_TOKENS_PER_ADDRESS = { points: 10, perSeconds: 60 } as const;

/** Life of an access token; short, since it cannot be taken back one by one. */
export const ACCESS_TOKEN_TTL_MS = 10 * 60 * 1000;
/** Peers that were sent off and whose tokens are refused until they expire; past it the oldest one's count again. */
export const MAX_BANNED_PEERS = 1_000;
/** Life of a host token: as long as the longest idle Room. */
export const HOST_TOKEN_TTL_MS = 30 * 24 * 60 * 60 * 1000;
/** A lost Connection keeps its Peer this long; longer shows ghosts, shorter loses people in lifts. */
export const RESUME_GRACE_MS = 30_000;
/** Notifications kept per Peer for a resume; past either bound a resume becomes a fresh join. */
export const RESUME_BUFFER = { notifications: 2_000, bytes: 4 * 1024 * 1024 } as const;
/**
 * A Connection without `room:join` is cut after this. Shorter, and who looks at themselves before they go in has to connect once
 * more after the click; longer, and more of them stand about.
 */
export const JOIN_DEADLINE_MS = 120_000;

/**
 * Binary values in one packet of a client: socket.io's parser cuts a Connection that sends more, so that one packet cannot
 * make the server wait for thousands of frames.
 */
export const MAX_BINARIES_PER_PACKET = 10;
/** The same for what the server says; a client's parser has to be told so, since it takes 10 by itself. */
export const MAX_BINARIES_FROM_SERVER = 40;
/**
 * Key packages in one `mls:queue`; where more wait, they take turns. Each goes to every member, whenever one more waits;
 * fewer make more epochs of a crowd: 50 who came at once waited 11 s with 8, 4 s where all fit.
 */
export const QUEUE_PACKAGES_PER_SNAPSHOT = 32;
/**
 * How long after a commit its refusals still undo it: members give a removal two seconds to become right before they judge.
 * Longer would let a group that has gone on be thrown back.
 */
export const REOPEN_WITHIN_MS = 4_000;
/** Commits within that time, each on top of the other; an honest group makes half as many. More would cost memory only. */
export const REOPENABLE_EPOCHS = 16;
/** How often one epoch is reopened: fewer lets so many poison commits win, more lets half of a group hold it up for longer. */
export const REOPENINGS_PER_EPOCH = 8;
/** How many epochs old a relayed group message may be; members keep old keys this long, so older ones open nowhere. */
export const GROUP_MESSAGE_PAST_EPOCHS = 4;
/** A Connection whose token was not refreshed lives this long past the token's expiry. */
export const TOKEN_EXPIRY_LEEWAY_MS = 60_000;
/** Requests of one Connection that wait for their turn; an honest client has a handful under way. */
export const MAX_PENDING_REQUESTS = 256;
/** Bytes of group requests (commits, Welcomes, messages) of one Connection: each is passed on to up to 249 others. */
export const GROUP_BYTES_PER_CONNECTION = { points: 2 * 1024 * 1024, perSeconds: 10 } as const;
/** Heartbeats of one Connection: an honest one sends half of it at most, and each is passed on to up to 249 others. */
export const HEARTBEATS_PER_CONNECTION = { points: 10, perSeconds: 10 } as const;
/** Producers that one Connection makes: each becomes a Consumer of up to 249 others, a second of a core in a full Room. */
export const PRODUCERS_PER_CONNECTION = { points: 20, perSeconds: 10 } as const;
/** Consumers that one Connection has made anew: each is a request to the Worker. Who turns pages of fifty pictures may turn forty. */
export const RENEWALS_PER_CONNECTION = { points: 2_000, perSeconds: 10 } as const;
/** Co-hosts of a Room (policy of the group). Each change of a role is told to all, so that more would be words for a whole Room squared. */
export const MAX_COHOSTS = 16;
/** How often one Connection names co-hosts: up to twice MAX_COHOSTS change each time, each told to all; they may come back one by one. */
export const COHOST_CHANGES_PER_CONNECTION = { points: 20, perSeconds: 10 } as const;
/** How often one Connection puts a Producer on air or takes it off: a change is a Consumer made or closed for every viewer. */
export const AIR_CHANGES_PER_CONNECTION = { points: 20, perSeconds: 10 } as const;
/** Bytes of `stage:publish` of one Connection, each of which goes to every viewer: eight of the longest programs, or 500 plain ones. */
export const STAGE_BYTES_PER_CONNECTION = { points: 512 * 1024, perSeconds: 10 } as const;
/** Captions of one Connection: an honest one sends three in a second at the most, two lines that end and one that grows. */
export const CAPTIONS_PER_CONNECTION = { points: 40, perSeconds: 10 } as const;
/** Captions of one Room that are passed on, each of them to every viewer; five who talk over each other stay below it. */
export const CAPTIONS_PER_AUDIENCE = { points: 100, perSeconds: 10 } as const;
/**
 * How long a picture's old Producer may go on beside the one that replaces it. An honest client closes it sooner; longer costs
 * every receiver both, shorter shows a gap to who is slow.
 */
export const REPLACED_PRODUCER_MS = 10_000;
/** Packets that wait for a Connection that does not take them; past it the Connection is cut and may resume. */
export const MAX_UNSENT_PACKETS = 5_000;
/**
 * The same in bytes, whatever their number. Twice what a resume may bring at once: less would cut who comes back with a slow line, more is
 * memory that whoever reads nothing has of the server, for each Connection.
 */
export const MAX_UNSENT_BYTES = 2 * RESUME_BUFFER.bytes;

/**
 * Bytes of a sealed file between which an upload is taken up again, and in which it is handed on: a sealed chunk of the clients
 * (512 KiB and 28 bytes). A cut line costs one of them at most; smaller ones cost more calls.
 */
export const FILE_BLOCK_BYTES = 512 * 1024 + 28;
/** Files of one Room at once, whatever their size: each costs about 1 KB of memory and an entry in the folder. */
export const MAX_FILES_PER_ROOM = 500;
/** HTTP calls for files of one address: a fast line makes some ten a second, a whole office may share one. */
export const FILE_CALLS_PER_ADDRESS = { points: 6_000, perSeconds: 60 } as const;
/** New files of one address. */
export const FILES_PER_ADDRESS = { points: 120, perSeconds: 60 } as const;
/** A download that waits for bytes not sent yet is ended after this and asked for again; longer looks dead to proxies. */
export const FILE_TAIL_WAIT_MS = 25_000;
/** An upload to which nothing came for this long is dropped: its room is kept free for nobody. */
export const FILE_STALLED_MS = 60 * 60 * 1000;
/** Files of a Room in which nobody is go after this; who reloads the page comes back sooner. */
export const FILE_ROOM_EMPTY_MS = 10 * 60 * 1000;
/** How often it is looked at what has expired; a file may outlive its time by as much. */
export const FILE_SWEEP_MS = 30_000;
/** Left free on the disk for everything else that the machine does. */
export const FILE_DISK_RESERVE_BYTES = 256 * 1024 * 1024;
