/** The entry `onpath/packets`: the packets of a run, as a capture or around evidence. */
export { type CapturePacketsOptions, capturePackets, UnknownCaptureSubject } from './capture-packets.ts'
export type { PacketEntry } from './packet-entry.ts'
export { type MessageEntry, type PacketPointer, type Story, type StoryOptions, storiesAround } from './story.ts'
