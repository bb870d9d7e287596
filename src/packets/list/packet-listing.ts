import type { PacketSink, RecordedPacket } from '../record/recorded-packet.ts'

/** Passes packets on in the order of sending, each as soon as its fate is known. */
export class PacketListing implements PacketSink {
  private readonly passes: (packet: RecordedPacket) => boolean
  private readonly emit: (packet: RecordedPacket) => void
  private waiting: RecordedPacket[] = []
  private settled = 0

  constructor(passes: (packet: RecordedPacket) => boolean, emit: (packet: RecordedPacket) => void) {
    this.passes = passes
    this.emit = emit
  }

  onSent(packet: RecordedPacket): void {
    if (!this.passes(packet)) return
    this.waiting.push(packet)
    this.emitSettled()
  }

  onArrived(): void {
    this.emitSettled()
  }

  onDiscarded(): void {
    this.emitSettled()
  }

  /** Passes on the packets that are still under way. Called when the simulation has ended. */
  finish(): void {
    for (const packet of this.waiting.slice(this.settled)) this.emit(packet)
    this.waiting = []
    this.settled = 0
  }

  private emitSettled(): void {
    while (this.settled < this.waiting.length && this.waiting[this.settled].stage !== 'sent')
      this.emit(this.waiting[this.settled++])
    if (this.settled < 1024) return
    this.waiting = this.waiting.slice(this.settled)
    this.settled = 0
  }
}
