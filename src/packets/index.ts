/** The entry `onpath/packets`: the packets of a run, as a capture or around evidence. */

export { InvalidOptions } from '../simulation/given/check-given.ts'
export { type CapturePacketsOptions, capturePackets } from './capture-packets.ts'
export type { PacketEntry } from './packet-entry.ts'
export { UnknownCaptureSubject } from './pcap/capture-subject.ts'
export { storiesAround } from './stories-around.ts'
export type { MessageEntry, PacketPointer, Story, StoryOptions } from './story.ts'
