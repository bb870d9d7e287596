import type { StreamKey, Streams } from '../../engine/streams.ts'
import type { LinkStreams } from '../../network/link-direction.ts'

/**
 * The random streams of a link direction. A key is computed on each read, which is rare, because the direction keeps
 * it.
 */
export class DirectionStreams implements LinkStreams {
  private readonly streams: Streams
  private readonly direction: string

  constructor(streams: Streams, direction: string) {
    this.streams = streams
    this.direction = direction
  }

  get loss(): StreamKey {
    return this.streams.key(`${this.direction}/loss`)
  }

  get jitter(): StreamKey {
    return this.streams.key(`${this.direction}/jitter`)
  }
}
